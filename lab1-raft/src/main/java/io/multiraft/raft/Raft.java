// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

import com.google.protobuf.ByteString;
import io.multiraft.node.Node;
import java.util.function.Consumer;

/** One member of a Raft group, as the service on the same node uses it. All calls are made on the node's event loop. */
public interface Raft extends Node {

    /**
     * Asks the leader to append {@code command} to the replicated log. A node that is not the leader refuses, whatever the
     * command is. An accepted command may still be lost, if its leader is deposed before it is committed. In a group of one
     * it is committed at once: {@link StateMachine#apply} may be called before this returns.
     *
     * @param command not empty; empty commands are a leader's own
     * @throws IllegalArgumentException if {@code command} is empty
     */
    Proposal propose(ByteString command);

    /** Where this node stands. */
    RaftStatus status();

    /**
     * Tells Raft that the log up to and including {@code index} is not needed any more, because the state machine holds a
     * state of at least that index. May be called from within {@link StateMachine#apply}. An index that is compacted
     * already has no effect.
     *
     * @throws IllegalArgumentException if {@code index} is beyond the last applied one
     */
    void compact(long index);

    /**
     * Asks for an index such that a read of the state machine, once it has applied this index, sees all that was
     * acknowledged before the call (Raft dissertation, section 6.4). Written in step 2D.
     *
     * @param answer called at most once, in this or a later event
     */
    void readIndex(Consumer<ReadIndex> answer);
}
