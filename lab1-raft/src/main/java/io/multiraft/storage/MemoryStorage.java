// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/**
 * The in-memory engine. Its content is an immutable {@link Image}, so that a view, a crash image or a copy costs nothing
 * and shares structure with what comes later. Whoever drives the node keeps the images that count as "on disk".
 */
public final class MemoryStorage implements Storage {

    private static final Comparator<ByteString> KEY_ORDER = MemoryStorage::compareUnsigned;
    private static final TreePMap<ByteString, ByteString> NO_RECORDS = TreePMap.empty(KEY_ORDER);

    private Image image;

    /** An engine that starts with the content of {@code image}. */
    public MemoryStorage(Image image) {
        this.image = image;
    }

    /** Everything that is stored at one moment. Immutable. */
    public static final class Image implements StorageView {
        /** Nothing stored. */
        public static final Image EMPTY = new Image(Map.of());

        private final Map<String, TreePMap<ByteString, ByteString>> keyspaces;

        private Image(Map<String, TreePMap<ByteString, ByteString>> keyspaces) {
            this.keyspaces = keyspaces;
        }

        @Override
        public Optional<ByteString> get(String keyspace, ByteString key) {
            return Optional.ofNullable(records(keyspace).get(key));
        }

        @Override
        public Cursor scan(String keyspace, ByteString from, ByteString to) {
            return new MapCursor(range(records(keyspace), from, to).entrySet().iterator());
        }

        @Override
        public void close() {
            // nothing is held: the garbage collector drops what nobody refers to
        }

        /** Number of bytes of all keys and values of {@code keyspace}. */
        public long sizeBytes(String keyspace) {
            long size = 0;
            for (Map.Entry<ByteString, ByteString> record : records(keyspace).entrySet()) {
                size += record.getKey().size() + record.getValue().size();
            }
            return size;
        }

        /** The content by keyspace and key; for tests and messages. */
        public Map<String, Map<ByteString, ByteString>> toMap() {
            Map<String, Map<ByteString, ByteString>> content = new TreeMap<>();
            keyspaces.forEach((name, records) -> {
                if (!records.isEmpty()) {
                    content.put(name, records);
                }
            });
            return content;
        }

        /** Whether both hold the very same content object; a cheap test for "nothing was written in between". */
        public boolean sameAs(Image other) {
            return keyspaces == other.keyspaces;
        }

        private TreePMap<ByteString, ByteString> records(String keyspace) {
            return keyspaces.getOrDefault(keyspace, NO_RECORDS);
        }

        private Image with(WriteBatch batch) {
            Map<String, TreePMap<ByteString, ByteString>> next = new HashMap<>(keyspaces);
            batch.operations().forEach(operation -> apply(next, operation));
            return new Image(next);
        }

        private static void apply(Map<String, TreePMap<ByteString, ByteString>> next, WriteBatch.Operation operation) {
            if (operation instanceof WriteBatch.Put put) {
                next.put(put.keyspace(), of(next, put.keyspace()).plus(put.key(), put.value()));
            } else if (operation instanceof WriteBatch.Delete delete) {
                next.put(delete.keyspace(), of(next, delete.keyspace()).minus(delete.key()));
            } else if (operation instanceof WriteBatch.DeleteRange delete) {
                next.put(delete.keyspace(), without(of(next, delete.keyspace()), delete.from(), delete.to()));
            } else if (operation instanceof WriteBatch.Replace replace) {
                next.put(replace.target(), of(next, replace.source()));
                next.remove(replace.source());
            }
        }

        private static TreePMap<ByteString, ByteString> of(
                Map<String, TreePMap<ByteString, ByteString>> keyspaces, String keyspace) {
            return keyspaces.getOrDefault(keyspace, NO_RECORDS);
        }

        private static TreePMap<ByteString, ByteString> range(
                TreePMap<ByteString, ByteString> records, ByteString from, ByteString to) {
            if (to.isEmpty()) {
                return from.isEmpty() ? records : records.tailMap(from, true);
            }
            return compareUnsigned(from, to) >= 0 ? NO_RECORDS : records.subMap(from, true, to, false);
        }

        private static TreePMap<ByteString, ByteString> without(
                TreePMap<ByteString, ByteString> records, ByteString from, ByteString to) {
            if (from.isEmpty() && to.isEmpty()) {
                return NO_RECORDS;
            }
            return records.minusAll(range(records, from, to).keySet());
        }
    }

    /** The content now. */
    public Image image() {
        return image;
    }

    @Override
    public void write(Durability durability, WriteBatch batch) {
        image = image.with(batch);
    }

    @Override
    public Optional<ByteString> get(String keyspace, ByteString key) {
        return image.get(keyspace, key);
    }

    @Override
    public Cursor scan(String keyspace, ByteString from, ByteString to) {
        return image.scan(keyspace, from, to);
    }

    @Override
    public StorageView view() {
        return image;
    }

    private static int compareUnsigned(ByteString left, ByteString right) {
        int common = Math.min(left.size(), right.size());
        for (int i = 0; i < common; i++) {
            int difference = (left.byteAt(i) & 0xff) - (right.byteAt(i) & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return left.size() - right.size();
    }

    private static final class MapCursor implements Cursor {
        private final Iterator<Map.Entry<ByteString, ByteString>> records;

        MapCursor(Iterator<Map.Entry<ByteString, ByteString>> records) {
            this.records = records;
        }

        @Override
        public boolean hasNext() {
            return records.hasNext();
        }

        @Override
        public StoredRecord next() {
            Map.Entry<ByteString, ByteString> record = records.next();
            return new StoredRecord(record.getKey(), record.getValue());
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
