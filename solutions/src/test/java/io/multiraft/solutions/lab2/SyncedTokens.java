// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import com.google.protobuf.ByteString;
import io.multiraft.host.storage.DurableStorage;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.StorageView;
import io.multiraft.storage.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Passes everything on to another engine, and knows which tokens of a test are on its disk. */
final class SyncedTokens implements DurableStorage {
    private static final Pattern TOKEN = Pattern.compile("<\\d+>");

    private final DurableStorage engine;
    private final boolean forgetful;
    private final Set<String> written = new HashSet<>();
    private final Set<String> synced = ConcurrentHashMap.newKeySet();

    /**
     * Around {@code engine}.
     *
     * @param forgetful whether durable writes are passed on as relaxed ones: a broken engine
     */
    SyncedTokens(DurableStorage engine, boolean forgetful) {
        this.engine = engine;
        this.forgetful = forgetful;
    }

    /** A text for a test to write. */
    static String token(long number) {
        return "<" + number + ">";
    }

    /** Whether a record with {@code token} was written, and a commit has ended since; any thread may ask. */
    boolean holds(String token) {
        return synced.contains(token);
    }

    @Override
    public void write(Durability durability, WriteBatch batch) {
        for (WriteBatch.Operation operation : batch.operations()) {
            if (operation instanceof WriteBatch.Put put) {
                String text = put.value().toString(StandardCharsets.ISO_8859_1);
                TOKEN.matcher(text).results().forEach(found -> written.add(found.group()));
            }
        }
        engine.write(forgetful ? Durability.RELAXED : durability, batch);
    }

    @Override
    public Unsaved unsaved() {
        return engine.unsaved();
    }

    @Override
    public void commit() {
        engine.commit();
        synced.addAll(written);
        written.clear();
    }

    @Override
    public Optional<ByteString> get(String keyspace, ByteString key) {
        return engine.get(keyspace, key);
    }

    @Override
    public Cursor scan(String keyspace, ByteString from, ByteString to) {
        return engine.scan(keyspace, from, to);
    }

    @Override
    public StorageView view() {
        return engine.view();
    }

    @Override
    public boolean tidy() {
        return engine.tidy();
    }

    @Override
    public void close() {
        engine.close();
    }
}
