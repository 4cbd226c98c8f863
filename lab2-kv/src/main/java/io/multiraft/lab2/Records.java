// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Storage;
import io.multiraft.storage.StoredRecord;
import io.multiraft.storage.WriteBatch;
import java.util.Optional;

/**
 * The records of a keyspace whose keys begin with {@code prefix}, which is not part of the keys that are seen here. The
 * prefixes of one keyspace must not begin with one another.
 *
 * <p>All writes are relaxed: what they hold can be made again from the log.
 */
record Records(Storage storage, String keyspace, ByteString prefix) {

    /** Those of them whose keys begin with {@code further}. */
    Records within(ByteString further) {
        return new Records(storage, keyspace, prefix.concat(further));
    }

    /** The value stored under {@code key}. */
    Optional<ByteString> get(ByteString key) {
        return storage.get(keyspace, prefix.concat(key));
    }

    /** Stores {@code value} under {@code key}. */
    void put(ByteString key, ByteString value) {
        storage.write(Durability.RELAXED, WriteBatch.put(keyspace, prefix.concat(key), value));
    }

    /** Removes {@code key} if it is there. */
    void delete(ByteString key) {
        storage.write(
                Durability.RELAXED,
                WriteBatch.builder().delete(keyspace, prefix.concat(key)).build());
    }

    /** Removes all keys from {@code from} (inclusive) to {@code to} (exclusive; empty: to the end). */
    void deleteRange(ByteString from, ByteString to) {
        storage.write(
                Durability.RELAXED,
                WriteBatch.builder()
                        .deleteRange(keyspace, prefix.concat(from), end(to))
                        .build());
    }

    /** The records from {@code from} (inclusive) to {@code to} (exclusive; empty: to the end). */
    Cursor scan(ByteString from, ByteString to) {
        return new WithoutPrefix(storage.scan(keyspace, prefix.concat(from), end(to)), prefix.size());
    }

    private ByteString end(ByteString to) {
        return to.isEmpty() ? behind(prefix) : prefix.concat(to);
    }

    /** The least key behind all that begin with {@code prefix}; empty if there is none. */
    private static ByteString behind(ByteString prefix) {
        int last = prefix.size() - 1;
        while (last >= 0 && prefix.byteAt(last) == (byte) 0xff) {
            last--;
        }
        if (last < 0) {
            return ByteString.EMPTY;
        }
        byte[] bytes = prefix.substring(0, last + 1).toByteArray();
        bytes[last]++;
        return ByteString.copyFrom(bytes);
    }

    private record WithoutPrefix(Cursor cursor, int prefixBytes) implements Cursor {
        @Override
        public boolean hasNext() {
            return cursor.hasNext();
        }

        @Override
        public StoredRecord next() {
            StoredRecord stored = cursor.next();
            return new StoredRecord(stored.key().substring(prefixBytes), stored.value());
        }

        @Override
        public void close() {
            cursor.close();
        }
    }
}
