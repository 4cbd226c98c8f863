// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab1;

import io.multiraft.node.Address;
import io.multiraft.node.TodoException;
import io.multiraft.raft.Snapshot;
import io.multiraft.raft.rpc.InstallSnapshotRequest;

/**
 * The leader's side of InstallSnapshot (Figure 13): streams one snapshot to one follower, a chunk of records at a time,
 * from a view that stays the same meanwhile.
 */
final class SnapshotSender implements AutoCloseable {
    /**
     * Begins with the first chunk.
     *
     * @param snapshot closed together with this
     * @param log reaches back to the last entry that the snapshot includes
     * @param term of {@code leader}
     * @param leader this server
     * @param maxChunkBytes most bytes of records in a chunk; one longer record travels alone
     */
    SnapshotSender(Snapshot snapshot, RaftLog log, long term, Address leader, int maxChunkBytes) {
        throw new TodoException("1D", "begin a snapshot with its first chunk");
    }

    /**
     * The chunk that the follower has to answer; it leaves now.
     *
     * @param nowMicros the time now
     */
    InstallSnapshotRequest chunkToSend(long nowMicros) {
        throw new TodoException("1D", "say which chunk the follower has to answer");
    }

    /**
     * Whether the present chunk is without an answer for so long that it counts as lost: a few intervals between
     * heartbeats.
     */
    boolean isOverdue(long nowMicros) {
        throw new TodoException("1D", "say whether the present chunk counts as lost");
    }

    /** Whether {@code request} is the present chunk; an answer to any other one is out of date. */
    boolean isAt(InstallSnapshotRequest request) {
        throw new TodoException("1D", "tell the present chunk from others");
    }

    /** Goes on with the chunk at {@code offset}: as a rule the next one; another one if the follower has begun anew. */
    void moveTo(long offset) {
        throw new TodoException("1D", "go on with the chunk that the follower waits for");
    }

    @Override
    public void close() {
        throw new TodoException("1D", "release the snapshot");
    }
}
