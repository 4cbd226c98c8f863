// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab1;

import io.multiraft.node.TodoException;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.storage.Storage;

/**
 * The follower's side of InstallSnapshot (Figure 13, rules 2 to 5): fills a keyspace aside with the chunks of one
 * snapshot, in order. After a restart it begins anew.
 */
final class SnapshotReceiver {

    /** Where the records wait until they are complete. */
    static final String KEYSPACE = "incoming";

    SnapshotReceiver(Storage storage) {
        // TODO 1D
    }

    /**
     * Takes a chunk if it is the one that comes next. Any chunk of another snapshot than before begins anew, whatever its
     * offset is: what came of the former one is dropped. Relaxed writes will do, as chunks can be sent again.
     *
     * @return whether the snapshot is complete now
     */
    boolean accept(InstallSnapshotRequest request) {
        throw new TodoException("1D", "take the chunk of a snapshot that comes next");
    }

    /** Number of records that are here, and offset of the chunk that comes next. */
    long nextOffset() {
        throw new TodoException("1D", "say which chunk comes next");
    }

    /** Drops what is here. */
    void forget() {
        throw new TodoException("1D", "drop an incomplete snapshot");
    }
}
