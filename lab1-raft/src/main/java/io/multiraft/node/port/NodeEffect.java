// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node.port;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.TraceEvent;
import io.multiraft.storage.Durability;
import io.multiraft.storage.WriteBatch;

/** What a node can do to the world. */
public sealed interface NodeEffect {

    /**
     * The node calls another one.
     *
     * @param callId unique in this incarnation; the reply carries it
     * @param method full name of the gRPC method
     * @param early may leave before the barrier
     */
    record Call(long callId, Address to, String method, ByteString payload, long deadlineMicros, boolean early)
            implements NodeEffect {}

    /** The node answers a {@link NodeEvent.Request}. */
    record Reply(long requestId, ByteString payload) implements NodeEffect {}

    /** The node answers a {@link NodeEvent.Task}. */
    record TaskResult(long taskId, ByteString result) implements NodeEffect {}

    /** The node sets a timer, in place of one of the same name. */
    record SetTimer(String name, long delayMicros) implements NodeEffect {}

    /** The node removes a timer. */
    record CancelTimer(String name) implements NodeEffect {}

    /** The node writes to its storage. */
    record Write(Durability durability, WriteBatch batch) implements NodeEffect {}

    /** A replicated service applied a log entry. Sent by the program around the node's Raft, not by Raft itself. */
    record Applied(long index, ByteString command) implements NodeEffect {}

    /**
     * A fact that the program around the node's own code reports to whoever judges the run, for example that its state
     * was replaced by a snapshot.
     *
     * @param kind what is reported
     * @param number an index or a count, depending on the kind
     * @param detail encoded as the kind says
     */
    record Report(String kind, long number, ByteString detail) implements NodeEffect {}

    /** The node tells people something. */
    record Traced(TraceEvent event) implements NodeEffect {}
}
