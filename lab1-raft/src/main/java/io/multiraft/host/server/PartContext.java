// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.server;

import io.grpc.MethodDescriptor;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.node.TraceEvent;
import io.multiraft.storage.Storage;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The world as one of several nodes on the same event loop sees it: its timers are its own, all else is common.
 *
 * @param whole of all of them
 * @param part name of this one
 */
record PartContext(NodeContext whole, String part) implements NodeContext {

    @Override
    public Address self() {
        return whole.self();
    }

    @Override
    public long nowMicros() {
        return whole.nowMicros();
    }

    @Override
    public void setTimer(String name, Duration delay, Runnable task) {
        whole.setTimer(own(name), delay, task);
    }

    @Override
    public void cancelTimer(String name) {
        whole.cancelTimer(own(name));
    }

    private String own(String name) {
        return part + "/" + name;
    }

    @Override
    public RandomGenerator random() {
        return whole.random();
    }

    @Override
    public Storage storage() {
        return whole.storage();
    }

    @Override
    public <Q, R> void call(
            Address peer, MethodDescriptor<Q, R> rpc, Q request, CallOptions options, Consumer<R> onReply) {
        whole.call(peer, rpc, request, options, onReply);
    }

    @Override
    public void trace(TraceEvent event) {
        whole.trace(event);
    }
}
