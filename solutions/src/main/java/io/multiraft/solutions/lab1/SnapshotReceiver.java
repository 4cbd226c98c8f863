// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Storage;
import io.multiraft.storage.WriteBatch;

/** The follower's side of InstallSnapshot: fills a keyspace aside with the chunks of one snapshot, in order. */
final class SnapshotReceiver {
    // region 1D
    /** Where the records wait until they are complete. */
    static final String KEYSPACE = "incoming";

    private record Source(String leader, long term, long lastIncludedIndex) {}

    private final Storage storage;
    private Source source;
    private long nextOffset;
    private boolean complete;

    SnapshotReceiver(Storage storage) {
        this.storage = storage;
    }

    /** Takes a chunk if it is the next one of its snapshot; a chunk of another snapshot begins that one. */
    void accept(InstallSnapshotRequest request) {
        Source from = new Source(request.getLeader(), request.getTerm(), request.getLastIncludedIndex());
        if (!from.equals(source)) {
            source = from;
            nextOffset = 0;
            complete = false;
            storage.write(
                    Durability.RELAXED, WriteBatch.builder().clear(KEYSPACE).build());
        }
        if (request.getOffset() == nextOffset && !complete) {
            WriteBatch.Builder batch = WriteBatch.builder();
            request.getRecordsList().forEach(each -> batch.put(KEYSPACE, each.getKey(), each.getValue()));
            storage.write(Durability.RELAXED, batch.build());
            nextOffset += request.getRecordsCount();
            complete = request.getDone();
        }
    }

    /** Number of records that are here. */
    long nextOffset() {
        return nextOffset;
    }

    /** Whether all records of the snapshot are here. */
    boolean isComplete() {
        return complete;
    }

    /** The records were taken over, or are not wanted any more. */
    void forget() {
        source = null;
        complete = false;
        nextOffset = 0;
    }
    // endregion
}
