// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

import io.multiraft.storage.StorageView;

/**
 * The state of a state machine at one moment.
 *
 * @param lastIncludedIndex all entries up to here are in it, and none behind
 * @param view its records are those of {@link StateMachine#KEYSPACE}
 */
public record Snapshot(long lastIncludedIndex, StorageView view) implements AutoCloseable {

    @Override
    public void close() {
        view.close();
    }
}
