// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Storage;
import io.multiraft.storage.WriteBatch;
import java.util.Optional;

/**
 * The follower's side of InstallSnapshot (Figure 13, rules 2 to 5): fills a keyspace aside with the chunks of one
 * snapshot, in order. After a restart it begins anew.
 */
final class SnapshotReceiver {

    /** Where the records wait until they are complete. */
    static final String KEYSPACE = "incoming";

    // region 1D
    /** What the chunks of one snapshot have in common. */
    private record Source(String leader, long term, long lastIncludedIndex) {}

    private final Storage storage;
    private Optional<Source> source = Optional.empty();
    private long nextOffset;

    // endregion
    SnapshotReceiver(Storage storage) {
        // region 1D |
        this.storage = storage;
        // endregion
    }

    /**
     * Takes a chunk if it is the one that comes next. Any chunk of another snapshot than before begins anew, whatever its
     * offset is: what came of the former one is dropped. Relaxed writes will do, as chunks can be sent again.
     *
     * @return whether the snapshot is complete now
     */
    boolean accept(InstallSnapshotRequest request) {
        // region 1D | throw new TodoException("1D", "take the chunk of a snapshot that comes next");
        Source from = new Source(request.getLeader(), request.getTerm(), request.getLastIncludedIndex());
        if (source.isEmpty() || !source.get().equals(from)) {
            forget();
            source = Optional.of(from);
        }
        if (request.getOffset() != nextOffset) {
            return false;
        }
        WriteBatch.Builder batch = WriteBatch.builder();
        request.getRecordsList().forEach(record -> batch.put(KEYSPACE, record.getKey(), record.getValue()));
        storage.write(Durability.RELAXED, batch.build());
        nextOffset += request.getRecordsCount();
        return request.getDone();
        // endregion
    }

    /** Number of records that are here, and offset of the chunk that comes next. */
    long nextOffset() {
        // region 1D | throw new TodoException("1D", "say which chunk comes next");
        return nextOffset;
        // endregion
    }

    /** Drops what is here. */
    void forget() {
        // region 1D | throw new TodoException("1D", "drop an incomplete snapshot");
        storage.write(Durability.RELAXED, WriteBatch.builder().clear(KEYSPACE).build());
        source = Optional.empty();
        nextOffset = 0;
        // endregion
    }
}
