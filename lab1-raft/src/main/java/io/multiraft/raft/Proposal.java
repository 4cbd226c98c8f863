// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

import io.multiraft.node.Address;
import java.util.Optional;

/** The answer to {@link Raft#propose}. */
public sealed interface Proposal {

    /** The command is in the leader's log; if it is ever committed at {@code index} with this {@code term}, it is this one. */
    record Accepted(long index, long term) implements Proposal {}

    /**
     * Only the leader accepts commands.
     *
     * @param leaderHint the leader that this node knows of
     */
    record NotLeader(Optional<Address> leaderHint) implements Proposal {}

    /** The command is longer than {@link RaftOptions#maxCommandBytes}. */
    record TooLarge(int limitBytes) implements Proposal {}
}
