// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The small records of LevelDB that were read last, and which keys it does not hold, as it is at present. LevelDB's own cache
 * is no help for a node's event loop: a read takes a lock that LevelDB holds while it removes files, which takes a busy disk
 * a quarter of a second now and then.
 */
final class RecordCache {
    private static final int RECORDS_MAX = 4_096;

    /** Longer values are not kept. */
    private static final int VALUE_BYTES_MAX = 1 << 10;

    private final Map<PhysicalKey, Optional<ByteString>> records = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PhysicalKey, Optional<ByteString>> eldest) {
            return size() > RECORDS_MAX;
        }
    };

    /** The value under {@code key}: as it is known, or as {@code read} finds it. */
    Optional<ByteString> get(PhysicalKey key, Supplier<Optional<ByteString>> read) {
        Optional<ByteString> known = records.get(key);
        if (known != null) {
            return known;
        }
        Optional<ByteString> found = read.get();
        keep(key, found);
        return found;
    }

    /** The record was written, or deleted if {@code value} is empty. */
    void written(PhysicalKey key, Optional<ByteString> value) {
        if (records.containsKey(key)) {
            keep(key, value);
        }
    }

    private void keep(PhysicalKey key, Optional<ByteString> value) {
        if (value.isEmpty() || value.get().size() <= VALUE_BYTES_MAX) {
            records.put(key, value);
        } else {
            records.remove(key);
        }
    }
}
