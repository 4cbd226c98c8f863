// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab1;

import io.multiraft.node.Address;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.storage.Storage;
import java.util.List;
import java.util.Optional;

/**
 * The persistent state of Figure 2, in the keyspace {@code raft}: the current term, the vote, each entry under its own
 * key, so that an append writes the new entries and no others, and the base that a snapshot leaves of the log.
 *
 * <p>All writes are durable: they are on disk before anything that the same event sends leaves the server.
 */
final class PersistentState {
    private final Storage storage;

    /** Saves to {@code storage} and loads from there. */
    PersistentState(Storage storage) {
        this.storage = storage;
    }

    // ---- saving -----------------------------------------------------------------------------------------------------

    /** Saves term and vote. */
    void saveTermAndVote(long currentTerm, Optional<Address> votedFor) {
        // TODO 1C
    }

    /** Saves {@code entries}; the first one has {@code firstIndex}. */
    void saveEntries(long firstIndex, List<LogEntry> entries) {
        // TODO 1C
    }

    /** Saves that the log ends before {@code index}. */
    void truncateFrom(long index) {
        // TODO 1C
    }

    /** Saves that the entries up to {@code baseIndex}, which has {@code baseTerm}, are replaced by a snapshot. */
    void compactTo(long baseIndex, long baseTerm) {
        // TODO 1D
    }

    /** Saves that a snapshot up to {@code baseIndex}, which has {@code baseTerm}, replaces the whole log. */
    void restartBehind(long baseIndex, long baseTerm) {
        // TODO 1D
    }

    // ---- loading ----------------------------------------------------------------------------------------------------

    /**
     * The term that was saved last; 0 if there is none.
     *
     * @throws IllegalStateException if what is stored is not a term
     */
    long loadCurrentTerm() {
        // TODO 1C
        return 0;
    }

    /** The vote that was saved last, if it was one. */
    Optional<Address> loadVotedFor() {
        // TODO 1C
        return Optional.empty();
    }

    /**
     * Fills {@code log}, which is empty, with what was saved.
     *
     * @param currentTerm no entry can have a higher one
     * @throws IllegalStateException if what is stored is not a log: a server must not go on with less than it promised
     */
    void loadInto(RaftLog log, long currentTerm) {
        // TODO 1C
    }

    /** Begins {@code log} behind the last entry that a snapshot replaced. */
    void loadBase(RaftLog log) {
        // TODO 1D
    }
}
