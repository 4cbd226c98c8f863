// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.StorageView;
import io.multiraft.storage.WriteBatch;
import java.util.Optional;

/** Keeps everything in memory and forgets it with the process: for clients, which have nothing to lose, and for tests. */
public final class VolatileStorage implements DurableStorage {
    private final MemoryStorage records = new MemoryStorage(MemoryStorage.Image.EMPTY);

    @Override
    public void write(Durability durability, WriteBatch batch) {
        records.write(durability, batch);
    }

    @Override
    public Optional<ByteString> get(String keyspace, ByteString key) {
        return records.get(keyspace, key);
    }

    @Override
    public Cursor scan(String keyspace, ByteString from, ByteString to) {
        return records.scan(keyspace, from, to);
    }

    @Override
    public StorageView view() {
        return records.view();
    }

    @Override
    public Unsaved unsaved() {
        return Unsaved.NOTHING;
    }

    @Override
    public void commit() {
        // there is no disk
    }

    @Override
    public boolean tidy() {
        return false;
    }

    @Override
    public void close() {
        // nothing is held
    }
}
