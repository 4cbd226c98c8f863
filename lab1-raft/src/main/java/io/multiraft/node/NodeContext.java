// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node;

import io.grpc.MethodDescriptor;
import io.multiraft.storage.Storage;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The world as one node sees it. Everything runs on the node's event loop, one event at a time. */
public interface NodeContext {

    /** This node's own address. */
    Address self();

    /** Monotonic time in microseconds; constant within one event, and of no meaning outside this incarnation. */
    long nowMicros();

    /**
     * Runs {@code task} once, as an event of its own, when {@code delay} has passed.
     *
     * @param name setting a name again replaces the timer set before
     * @param delay not negative
     */
    void setTimer(String name, Duration delay, Runnable task);

    /** Removes the timer; nothing happens if it is not set. */
    void cancelTimer(String name);

    /** The only source of chance. */
    RandomGenerator random();

    /** What survives a crash. */
    Storage storage();

    /**
     * Calls {@code rpc} at {@code peer}. Request and reply can each be lost, delayed, reordered or duplicated.
     *
     * @param onReply runs as an event of its own at most once, maybe never: there is no notice of failure
     */
    <Q, R> void call(Address peer, MethodDescriptor<Q, R> rpc, Q request, CallOptions options, Consumer<R> onReply);

    /** Tells people and pictures what happened; never judged, never read by other nodes. */
    void trace(TraceEvent event);
}
