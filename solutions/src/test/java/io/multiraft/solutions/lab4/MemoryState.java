// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.service.State;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.StoredRecord;
import io.multiraft.storage.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A group's state in memory. A session is a number; the higher one is the newer one. */
final class MemoryState implements State {
    private static final String RECORDS = "records";
    private final MemoryStorage storage = new MemoryStorage(MemoryStorage.Image.EMPTY);

    Map<String, Map<ByteString, ByteString>> content() {
        return storage.image().toMap();
    }

    /** The client's session in {@code scope} has come to {@code sequence}. */
    void session(long scope, String client, long sequence) {
        mergeSession(scope, new StoredRecord(Keys.ofText(client), Keys.ofLong(sequence)));
    }

    Optional<Long> session(long scope, String client) {
        return storage.get(sessionsOf(scope), Keys.ofText(client)).map(stored -> Keys.toLong(stored, 0));
    }

    /** All records of a bucket. */
    List<StoredRecord> bucket(int bucket) {
        List<StoredRecord> records = new ArrayList<>();
        try (Cursor cursor = new BucketReader(this, bucket).scan(ByteString.EMPTY, ByteString.EMPTY)) {
            cursor.forEachRemaining(records::add);
        }
        return records;
    }

    @Override
    public void put(ByteString key, ByteString value) {
        storage.write(Durability.RELAXED, WriteBatch.put(RECORDS, key, value));
    }

    @Override
    public void delete(ByteString key) {
        storage.write(
                Durability.RELAXED, WriteBatch.builder().delete(RECORDS, key).build());
    }

    @Override
    public void deleteRange(ByteString from, ByteString to) {
        storage.write(
                Durability.RELAXED,
                WriteBatch.builder().deleteRange(RECORDS, from, to).build());
    }

    @Override
    public Optional<ByteString> get(ByteString key) {
        return storage.get(RECORDS, key);
    }

    @Override
    public Cursor scan(ByteString from, ByteString to) {
        return storage.scan(RECORDS, from, to);
    }

    @Override
    public Cursor sessions(long scope, ByteString from) {
        return storage.scan(sessionsOf(scope), from, ByteString.EMPTY);
    }

    @Override
    public void mergeSession(long scope, StoredRecord session) {
        Optional<ByteString> here = storage.get(sessionsOf(scope), session.key());
        if (here.isEmpty() || Keys.toLong(here.get(), 0) < Keys.toLong(session.value(), 0)) {
            storage.write(Durability.RELAXED, WriteBatch.put(sessionsOf(scope), session.key(), session.value()));
        }
    }

    @Override
    public void dropSessions(long scope) {
        storage.write(
                Durability.RELAXED,
                WriteBatch.builder().clear(sessionsOf(scope)).build());
    }

    private static String sessionsOf(long scope) {
        return "sessions/" + scope;
    }
}
