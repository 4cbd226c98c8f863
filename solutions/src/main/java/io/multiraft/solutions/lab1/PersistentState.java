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
import java.util.Optional;

/**
 * The persistent state of Figure 2 in the {@code raft} keyspace: the current term, the vote, each entry under its own key
 * (so that an append writes that entry and no other), and the base of the log.
 */
final class PersistentState {
    private static final String KEYSPACE = "raft";
    private static final ByteString CURRENT_TERM = Keys.ofText("currentTerm");
    private static final ByteString VOTED_FOR = Keys.ofText("votedFor");
    private static final ByteString BASE = Keys.ofText("base");
    private static final ByteString LOG = Keys.ofText("log/");
    private static final ByteString BEHIND_LOG = Keys.ofText("log0");

    private final Storage storage;

    PersistentState(Storage storage) {
        this.storage = storage;
    }

    /** Makes term and vote durable. */
    void saveTermAndVote(long currentTerm, Optional<Address> votedFor) {
        // region 1C |
        WriteBatch.Builder batch = WriteBatch.builder().put(KEYSPACE, CURRENT_TERM, Keys.ofLong(currentTerm));
        votedFor.ifPresentOrElse(
                candidate -> batch.put(KEYSPACE, VOTED_FOR, Keys.ofText(candidate.text())),
                () -> batch.delete(KEYSPACE, VOTED_FOR));
        storage.write(Durability.DURABLE, batch.build());
        // endregion
    }

    /** Makes one entry durable. */
    void saveEntry(long index, LogEntry entry) {
        // region 1C |
        storage.write(Durability.DURABLE, WriteBatch.put(KEYSPACE, logKey(index), entry.toByteString()));
        // endregion
    }

    /** Makes durable that the log ends before {@code index}. */
    void truncateFrom(long index) {
        // region 1C |
        storage.write(
                Durability.DURABLE,
                WriteBatch.builder()
                        .deleteRange(KEYSPACE, logKey(index), BEHIND_LOG)
                        .build());
        // endregion
    }

    /** Makes durable that the log begins behind {@code index} of {@code term}; keeps the entries behind it. */
    void saveBase(long index, long term) {
        // region 1D |
        storage.write(
                Durability.DURABLE,
                WriteBatch.builder()
                        .put(KEYSPACE, BASE, Keys.ofLong(index).concat(Keys.ofLong(term)))
                        .deleteRange(KEYSPACE, LOG, logKey(index + 1))
                        .build());
        // endregion
    }

    /** The term that was saved last; 0 at the first boot. */
    long currentTerm() {
        // region 1C | return 0;
        return storage.get(KEYSPACE, CURRENT_TERM)
                .map(bytes -> Keys.toLong(bytes, 0))
                .orElse(0L);
        // endregion
    }

    /** The vote that was saved last. */
    Optional<Address> votedFor() {
        // region 1C | return Optional.empty();
        return storage.get(KEYSPACE, VOTED_FOR).map(bytes -> new Address(bytes.toStringUtf8()));
        // endregion
    }

    /**
     * Fills {@code log}, which is empty, with what was saved.
     *
     * @throws IllegalStateException if what was saved is not a log
     */
    void loadInto(RaftLog log) {
        // region 1C |
        storage.get(KEYSPACE, BASE)
                .ifPresent(base -> log.restartBehind(Keys.toLong(base, 0), Keys.toLong(base, Long.BYTES)));
        try (Cursor records = storage.scan(KEYSPACE, LOG, BEHIND_LOG)) {
            while (records.hasNext()) {
                StoredRecord stored = records.next();
                long index = Keys.toLong(stored.key(), LOG.size());
                if (index != log.lastIndex() + 1) {
                    throw new IllegalStateException(
                            "the stored log has index " + index + " behind index " + log.lastIndex());
                }
                log.append(decode(index, stored.value()));
            }
        }
        // endregion
    }

    // region 1C
    private static ByteString logKey(long index) {
        return LOG.concat(Keys.ofLong(index));
    }

    private static LogEntry decode(long index, ByteString bytes) {
        try {
            return LogEntry.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the stored entry at index " + index + " cannot be read", e);
        }
    }
    // endregion
}
