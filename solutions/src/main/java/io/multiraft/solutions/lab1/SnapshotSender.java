// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import io.multiraft.raft.Snapshot;
import io.multiraft.raft.StateMachine;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.SnapshotRecord;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.StoredRecord;

/** The leader's side of one InstallSnapshot: streams a state machine's records to one follower, chunk by chunk. */
final class SnapshotSender implements AutoCloseable {
    // region 1D
    /** After so many heartbeats without an answer a chunk counts as lost. */
    private static final int PATIENCE = 2;

    private final Snapshot snapshot;
    private final long lastIncludedTerm;
    private final int maxChunkBytes;

    private Cursor cursor;
    private StoredRecord carriedOver;
    private InstallSnapshotRequest chunk;
    private int heartbeatsWithoutAnswer;

    SnapshotSender(Snapshot snapshot, long lastIncludedTerm, int maxChunkBytes) {
        this.snapshot = snapshot;
        this.lastIncludedTerm = lastIncludedTerm;
        this.maxChunkBytes = maxChunkBytes;
        rewind();
    }

    long lastIncludedIndex() {
        return snapshot.lastIncludedIndex();
    }

    /** The chunk that waits for its answer; the leader adds its term and name. */
    InstallSnapshotRequest chunk() {
        return chunk;
    }

    /** Whether the follower waits for the chunk behind the present one. */
    boolean isConfirmedBy(long offset, long nextOffset) {
        return offset == chunk.getOffset() && nextOffset == offset + chunk.getRecordsCount() && !chunk.getDone();
    }

    /** Begins again with the first record. */
    void rewind() {
        if (cursor != null) {
            cursor.close();
        }
        cursor = snapshot.view().scan(StateMachine.KEYSPACE);
        carriedOver = null;
        chunk = null;
        next();
    }

    /** Makes the next chunk. */
    void next() {
        InstallSnapshotRequest.Builder builder = InstallSnapshotRequest.newBuilder()
                .setLastIncludedIndex(snapshot.lastIncludedIndex())
                .setLastIncludedTerm(lastIncludedTerm)
                .setOffset(chunk == null ? 0 : chunk.getOffset() + chunk.getRecordsCount());
        long bytes = 0;
        while (carriedOver != null || cursor.hasNext()) {
            StoredRecord each = carriedOver != null ? carriedOver : cursor.next();
            carriedOver = null;
            bytes += each.key().size() + each.value().size();
            if (bytes > maxChunkBytes && builder.getRecordsCount() > 0) {
                carriedOver = each;
                break;
            }
            builder.addRecords(SnapshotRecord.newBuilder().setKey(each.key()).setValue(each.value()));
        }
        chunk = builder.setDone(carriedOver == null && !cursor.hasNext()).build();
        heartbeatsWithoutAnswer = 0;
    }

    void heartbeatSent() {
        heartbeatsWithoutAnswer++;
    }

    /** Whether the chunk counts as lost; if so, it is taken to be sent again now. */
    boolean mustBeSentAgain() {
        boolean lost = heartbeatsWithoutAnswer >= PATIENCE;
        if (lost) {
            heartbeatsWithoutAnswer = 0;
        }
        return lost;
    }

    // endregion
    @Override
    public void close() {
        // region 1D |
        cursor.close();
        snapshot.close();
        // endregion
    }
}
