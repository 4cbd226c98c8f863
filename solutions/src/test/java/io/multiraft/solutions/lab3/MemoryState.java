// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import com.google.protobuf.ByteString;
import io.multiraft.service.State;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.StoredRecord;
import io.multiraft.storage.WriteBatch;
import java.util.Optional;

/** An application's state in memory; its content can be copied, as a snapshot does. */
final class MemoryState implements State {
    private static final String KEYSPACE = "data";
    private static final int MAX_RECORD_BYTES = 700 << 10;

    private final MemoryStorage storage;

    /** How many records were written. */
    int written;

    MemoryState(MemoryStorage.Image content) {
        storage = new MemoryStorage(content);
    }

    MemoryState() {
        this(MemoryStorage.Image.EMPTY);
    }

    MemoryStorage.Image content() {
        return storage.image();
    }

    @Override
    public void put(ByteString key, ByteString value) {
        if (key.size() + value.size() > MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("a record of " + (key.size() + value.size()) + " bytes is too long");
        }
        written++;
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
    public void mergeSession(long scope, StoredRecord session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dropSessions(long scope) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Cursor sessions(long scope, ByteString from) {
        throw new UnsupportedOperationException();
    }
}
