// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** Reads of keyspaces. A keyspace that was never written is empty. Keys are ordered as unsigned bytes. */
public interface StorageReader {

    /** The value stored under {@code key}. */
    Optional<ByteString> get(String keyspace, ByteString key);

    /**
     * The records from {@code from} (inclusive) to {@code to} (exclusive; empty: to the end) in key order, as they are at
     * the time of the call. The caller closes the cursor.
     */
    Cursor scan(String keyspace, ByteString from, ByteString to);

    /** All records of {@code keyspace} in key order; the caller closes the cursor. */
    default Cursor scan(String keyspace) {
        return scan(keyspace, ByteString.EMPTY, ByteString.EMPTY);
    }
}
