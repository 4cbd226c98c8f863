// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.Storage;
import io.multiraft.storage.StoredRecord;
import io.multiraft.storage.WriteBatch;
import java.util.List;
import java.util.Optional;

/**
 * The persistent state of Figure 2, in the keyspace {@code raft}: the current term, the vote, each entry under its own
 * key, so that an append writes the new entries and no others, and the base that a snapshot leaves of the log.
 *
 * <p>All writes are durable: they are on disk before anything that the same event sends leaves the server.
 */
final class PersistentState {
    // region 1C
    private static final String KEYSPACE = "raft";
    private static final ByteString CURRENT_TERM = Keys.ofText("currentTerm");
    private static final ByteString VOTED_FOR = Keys.ofText("votedFor");
    /** Index and term of the last entry that a snapshot replaced. */
    private static final ByteString BASE = Keys.ofText("base");
    /** In front of the index of an entry; all keys of entries are less than {@link #BEHIND_ENTRIES}. */
    private static final ByteString ENTRY = Keys.ofText("entry/");

    private static final ByteString BEHIND_ENTRIES = Keys.ofText("entry0");

    // endregion
    private final Storage storage;

    /** Saves to {@code storage} and loads from there. */
    PersistentState(Storage storage) {
        this.storage = storage;
    }

    // ---- saving -----------------------------------------------------------------------------------------------------

    /** Saves term and vote. */
    void saveTermAndVote(long currentTerm, Optional<Address> votedFor) {
        // region 1C |
        WriteBatch.Builder batch = WriteBatch.builder().put(KEYSPACE, CURRENT_TERM, Keys.ofLong(currentTerm));
        votedFor.ifPresentOrElse(
                candidate -> batch.put(KEYSPACE, VOTED_FOR, Keys.ofText(candidate.text())),
                () -> batch.delete(KEYSPACE, VOTED_FOR));
        write(batch);
        // endregion
    }

    /** Saves {@code entries}; the first one has {@code firstIndex}. */
    void saveEntries(long firstIndex, List<LogEntry> entries) {
        // region 1C |
        WriteBatch.Builder batch = WriteBatch.builder();
        long index = firstIndex;
        for (LogEntry entry : entries) {
            batch.put(KEYSPACE, keyOf(index++), entry.toByteString());
        }
        write(batch);
        // endregion
    }

    /** Saves that the log ends before {@code index}. */
    void truncateFrom(long index) {
        // region 1C |
        write(WriteBatch.builder().deleteRange(KEYSPACE, keyOf(index), BEHIND_ENTRIES));
        // endregion
    }

    /** Saves that the entries up to {@code baseIndex}, which has {@code baseTerm}, are replaced by a snapshot. */
    void compactTo(long baseIndex, long baseTerm) {
        // region 1D |
        write(WriteBatch.builder()
                .put(KEYSPACE, BASE, Keys.ofLong(baseIndex).concat(Keys.ofLong(baseTerm)))
                .deleteRange(KEYSPACE, ENTRY, keyOf(baseIndex + 1)));
        // endregion
    }

    /** Saves that a snapshot up to {@code baseIndex}, which has {@code baseTerm}, replaces the whole log. */
    void restartBehind(long baseIndex, long baseTerm) {
        // region 1D |
        write(WriteBatch.builder()
                .put(KEYSPACE, BASE, Keys.ofLong(baseIndex).concat(Keys.ofLong(baseTerm)))
                .deleteRange(KEYSPACE, ENTRY, BEHIND_ENTRIES));
        // endregion
    }

    // ---- loading ----------------------------------------------------------------------------------------------------

    /**
     * The term that was saved last; 0 if there is none.
     *
     * @throws IllegalStateException if what is stored is not a term
     */
    long loadCurrentTerm() {
        // region 1C | return 0;
        return storage.get(KEYSPACE, CURRENT_TERM)
                .map(stored -> number(CURRENT_TERM, stored, 0, Long.BYTES))
                .orElse(0L);
        // endregion
    }

    /** The vote that was saved last, if it was one. */
    Optional<Address> loadVotedFor() {
        // region 1C | return Optional.empty();
        return storage.get(KEYSPACE, VOTED_FOR).map(stored -> new Address(stored.toStringUtf8()));
        // endregion
    }

    /**
     * Fills {@code log}, which is empty, with what was saved.
     *
     * @param currentTerm no entry can have a higher one
     * @throws IllegalStateException if what is stored is not a log: a server must not go on with less than it promised
     */
    void loadInto(RaftLog log, long currentTerm) {
        // region 1C |
        loadBase(log);
        try (Cursor stored = storage.scan(KEYSPACE, ENTRY, BEHIND_ENTRIES)) {
            while (stored.hasNext()) {
                loadEntry(log, stored.next());
            }
        }
        if (log.lastTerm() > currentTerm) {
            throw new IllegalStateException("the stored log ends with an entry of term " + log.lastTerm()
                    + ", but the stored current term is " + currentTerm);
        }
        // endregion
    }

    /** Begins {@code log} behind the last entry that a snapshot replaced. */
    void loadBase(RaftLog log) {
        // region 1D |
        storage.get(KEYSPACE, BASE)
                .ifPresent(stored -> log.restartBehind(
                        number(BASE, stored, 0, 2 * Long.BYTES), number(BASE, stored, Long.BYTES, 2 * Long.BYTES)));
        // endregion
    }

    // region 1C
    private static void loadEntry(RaftLog log, StoredRecord stored) {
        long index = number(ENTRY, stored.key(), ENTRY.size(), ENTRY.size() + Long.BYTES);
        LogEntry entry = decode(index, stored.value());
        if (index != log.lastIndex() + 1 || entry.getTerm() < log.lastTerm()) {
            throw new IllegalStateException("the stored log has index " + index + " of term " + entry.getTerm()
                    + " behind index " + log.lastIndex() + " of term " + log.lastTerm());
        }
        log.append(entry);
    }

    private static LogEntry decode(long index, ByteString stored) {
        try {
            return LogEntry.parseFrom(stored);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the stored entry at index " + index + " cannot be read", e);
        }
    }

    /** The number at {@code offset} of {@code bytes}, which must be {@code length} bytes long. */
    private static long number(ByteString name, ByteString bytes, int offset, int length) {
        if (bytes.size() != length) {
            throw new IllegalStateException(
                    "the stored " + name.toStringUtf8() + " is " + bytes.size() + " bytes long instead of " + length);
        }
        return Keys.toLong(bytes, offset);
    }

    private static ByteString keyOf(long index) {
        return ENTRY.concat(Keys.ofLong(index));
    }

    private void write(WriteBatch.Builder batch) {
        storage.write(Durability.DURABLE, batch.build());
    }
    // endregion
}
