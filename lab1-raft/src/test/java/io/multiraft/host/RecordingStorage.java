// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import com.google.protobuf.ByteString;
import io.multiraft.host.storage.DurableStorage;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.StorageView;
import io.multiraft.storage.WriteBatch;
import java.util.Optional;

/** Passes everything on to another engine, and tells a test when a commit begins and ends. */
final class RecordingStorage implements DurableStorage {

    /** Hears of commits, on the node's thread. */
    interface Barriers {
        /** What was written so far is about to be put on disk. */
        void begins();

        /** It is on disk. */
        void ends();
    }

    private final DurableStorage engine;
    private final Barriers barriers;
    private boolean durable;

    RecordingStorage(DurableStorage engine, Barriers barriers) {
        this.engine = engine;
        this.barriers = barriers;
    }

    @Override
    public void write(Durability durability, WriteBatch batch) {
        durable |= durability == Durability.DURABLE;
        engine.write(durability, batch);
    }

    @Override
    public Unsaved unsaved() {
        Unsaved unsaved = engine.unsaved();
        return new Unsaved(durable || unsaved.durable(), unsaved.bytes());
    }

    @Override
    public void commit() {
        barriers.begins();
        engine.commit();
        durable = false;
        barriers.ends();
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
