// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab3;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.service.State;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.StoredRecord;
import io.multiraft.storage.WriteBatch;
import java.util.Optional;

/** The state of an application without a service around it: what a snapshot of it would hold, and how much was written. */
final class MeasuredState implements State {
    private static final String KEYSPACE = "data";
    private static final int MAX_RECORD_BYTES = 700 << 10;

    private final MemoryStorage storage;
    private long bytesWritten;

    /** An empty state. */
    MeasuredState() {
        this(MemoryStorage.Image.EMPTY);
    }

    private MeasuredState(MemoryStorage.Image content) {
        storage = new MemoryStorage(content);
    }

    /** What a server holds that got a snapshot of this state. */
    MeasuredState snapshot() {
        return new MeasuredState(storage.image());
    }

    /** Bytes of all records that were written. */
    long bytesWritten() {
        return bytesWritten;
    }

    @Override
    public void put(ByteString key, ByteString value) {
        int size = key.size() + value.size();
        if (size > MAX_RECORD_BYTES) {
            throw new Violation(
                    Property.SIZE_BUDGET,
                    "A record is at most " + MAX_RECORD_BYTES + " bytes long, but the config server writes one of "
                            + size + ".");
        }
        bytesWritten += size;
        storage.write(Durability.RELAXED, WriteBatch.put(KEYSPACE, key, value));
    }

    @Override
    public void delete(ByteString key) {
        storage.write(
                Durability.RELAXED, WriteBatch.builder().delete(KEYSPACE, key).build());
    }

    @Override
    public void deleteRange(ByteString from, ByteString to) {
        storage.write(
                Durability.RELAXED,
                WriteBatch.builder().deleteRange(KEYSPACE, from, to).build());
    }

    @Override
    public Optional<ByteString> get(ByteString key) {
        return storage.get(KEYSPACE, key);
    }

    @Override
    public Cursor scan(ByteString from, ByteString to) {
        return storage.scan(KEYSPACE, from, to);
    }

    @Override
    public Cursor sessions(long scope, ByteString from) {
        return storage.scan("sessions", from, ByteString.EMPTY); // there are none
    }

    @Override
    public void mergeSession(long scope, StoredRecord session) {
        throw new IllegalStateException("a config server has no sessions of other groups to take over");
    }

    @Override
    public void dropSessions(long scope) {
        throw new IllegalStateException("a config server has no sessions to drop");
    }
}
