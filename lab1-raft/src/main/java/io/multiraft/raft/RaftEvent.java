// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

import io.multiraft.node.Address;
import io.multiraft.node.TraceEvent;

/** What a Raft node may tell about itself in traces. Nothing of it is judged. */
public sealed interface RaftEvent extends TraceEvent {

    /** The node follows, in {@code term}; {@code reason} in a few words. */
    record BecameFollower(long term, String reason) implements RaftEvent {}

    /** The node stands for election. */
    record BecameCandidate(long term) implements RaftEvent {}

    /** The node won the election of {@code term}. */
    record BecameLeader(long term) implements RaftEvent {}

    /** The node gave its vote. */
    record Voted(long term, Address candidate) implements RaftEvent {}

    /** The node refused its vote. */
    record RefusedVote(long term, Address candidate, String reason) implements RaftEvent {}

    /** The node removed the conflicting end of its log, from {@code fromIndex} on. */
    record Truncated(long fromIndex) implements RaftEvent {}

    /** The commit index moved. */
    record Committed(long commitIndex) implements RaftEvent {}

    /** The log up to {@code index} was dropped. */
    record Compacted(long index) implements RaftEvent {}

    /** A snapshot of another node took the place of the state. */
    record InstalledSnapshot(long lastIncludedIndex) implements RaftEvent {}
}
