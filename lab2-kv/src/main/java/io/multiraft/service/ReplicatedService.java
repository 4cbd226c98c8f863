// SPDX-License-Identifier: Apache-2.0
package io.multiraft.service;

import com.google.protobuf.ByteString;
import io.multiraft.node.Node;
import io.multiraft.raft.RaftStatus;
import java.util.function.Consumer;

/**
 * One member of the group that replicates an {@link Application}. It makes its Raft, starts it from its own {@code start},
 * and is Raft's state machine. All calls are made on the node's event loop, after {@code start}; each answer is given at most
 * once, in this or a later event.
 */
public interface ReplicatedService extends Node {

    /**
     * Has a client's command executed exactly once by the group, however often it is sent.
     *
     * @param answer called exactly once, unless the node dies first
     */
    void submit(ClientRequest request, Consumer<Outcome> answer);

    /**
     * Has a command of the service's own executed, without a client: it is executed as often as it is committed.
     *
     * @param answer called exactly once, unless the node dies first
     */
    void propose(ByteString command, Consumer<Outcome> answer);

    /**
     * Answers a command that changes nothing. It sees everything that was acknowledged before. Up to step 2C it takes the way
     * of {@link #submit}; from step 2D on it goes without the log.
     *
     * @param answer called exactly once, unless the node dies first
     */
    void read(ClientRequest request, Consumer<Outcome> answer);

    /** What this member has executed so far; it may be behind the other members. */
    StateReader state();

    /** Where this member's Raft stands. */
    RaftStatus status();
}
