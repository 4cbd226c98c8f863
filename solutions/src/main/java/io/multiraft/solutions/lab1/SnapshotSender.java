// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import com.google.protobuf.CodedOutputStream;
import io.multiraft.node.Address;
import io.multiraft.raft.Snapshot;
import io.multiraft.raft.StateMachine;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.SnapshotRecord;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.StoredRecord;
import java.util.Optional;

/**
 * The leader's side of InstallSnapshot (Figure 13): streams one snapshot to one follower, a chunk of records at a time,
 * from a view that stays the same meanwhile.
 */
final class SnapshotSender implements AutoCloseable {
    // region 1D
    /** A chunk that is so long without an answer counts as lost, if the follower is alive. */
    private static final long PATIENCE_MICROS = 200_000;

    private final Snapshot snapshot;
    /** What all chunks have in common. */
    private final InstallSnapshotRequest header;

    private final int maxChunkBytes;

    private Cursor cursor;
    private Optional<SnapshotRecord> upcoming;
    private InstallSnapshotRequest chunk;
    private long sentAtMicros;

    // endregion
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
        // region 1D | throw new TodoException("1D", "begin a snapshot with its first chunk");
        this.snapshot = snapshot;
        this.header = InstallSnapshotRequest.newBuilder()
                .setTerm(term)
                .setLeader(leader.text())
                .setLastIncludedIndex(snapshot.lastIncludedIndex())
                .setLastIncludedTerm(log.term(snapshot.lastIncludedIndex()))
                .build();
        this.maxChunkBytes = maxChunkBytes;
        this.cursor = snapshot.view().scan(StateMachine.KEYSPACE);
        this.upcoming = next();
        this.chunk = chunkAt(0);
        // endregion
    }

    /**
     * The chunk that the follower has to answer; it leaves now.
     *
     * @param nowMicros the time now
     */
    InstallSnapshotRequest chunkToSend(long nowMicros) {
        // region 1D | throw new TodoException("1D", "say which chunk the follower has to answer");
        sentAtMicros = nowMicros;
        return chunk;
        // endregion
    }

    // region 1D
    /** Index of the last entry that the snapshot replaces. */
    long lastIncludedIndex() {
        return header.getLastIncludedIndex();
    }

    // endregion
    /**
     * Whether the present chunk is without an answer for so long that it counts as lost: a few intervals between
     * heartbeats.
     */
    boolean isOverdue(long nowMicros) {
        // region 1D | throw new TodoException("1D", "say whether the present chunk counts as lost");
        return nowMicros - sentAtMicros > PATIENCE_MICROS;
        // endregion
    }

    /** Whether {@code request} is the present chunk; an answer to any other one is out of date. */
    boolean isAt(InstallSnapshotRequest request) {
        // region 1D | throw new TodoException("1D", "tell the present chunk from others");
        return request.getLastIncludedIndex() == header.getLastIncludedIndex()
                && request.getOffset() == chunk.getOffset();
        // endregion
    }

    /** Goes on with the chunk at {@code offset}: as a rule the next one; another one if the follower has begun anew. */
    void moveTo(long offset) {
        // region 1D | throw new TodoException("1D", "go on with the chunk that the follower waits for");
        if (offset != chunk.getOffset() + chunk.getRecordsCount()) {
            cursor.close();
            cursor = snapshot.view().scan(StateMachine.KEYSPACE);
            upcoming = next();
            for (long skipped = 0; skipped < offset && upcoming.isPresent(); skipped++) {
                upcoming = next();
            }
        }
        chunk = chunkAt(offset);
        // endregion
    }

    @Override
    public void close() {
        // region 1D | throw new TodoException("1D", "release the snapshot");
        cursor.close();
        snapshot.close();
        // endregion
    }

    // region 1D
    private InstallSnapshotRequest chunkAt(long offset) {
        InstallSnapshotRequest.Builder builder = header.toBuilder().setOffset(offset);
        long bytes = 0;
        while (upcoming.isPresent()) {
            bytes += sizeInMessage(upcoming.get());
            if (bytes > maxChunkBytes && builder.getRecordsCount() > 0) {
                break;
            }
            builder.addRecords(upcoming.get());
            upcoming = next();
        }
        return builder.setDone(upcoming.isEmpty()).build();
    }

    private Optional<SnapshotRecord> next() {
        if (!cursor.hasNext()) {
            return Optional.empty();
        }
        StoredRecord stored = cursor.next();
        return Optional.of(SnapshotRecord.newBuilder()
                .setKey(stored.key())
                .setValue(stored.value())
                .build());
    }

    private static int sizeInMessage(SnapshotRecord record) {
        return CodedOutputStream.computeMessageSize(InstallSnapshotRequest.RECORDS_FIELD_NUMBER, record);
    }
    // endregion
}
