// SPDX-License-Identifier: Apache-2.0
package io.multiraft.service;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Cursor;
import java.util.Optional;

/** Reads of an application's state. Keys are its own, ordered as unsigned bytes. */
public interface StateReader {

    /** The value stored under {@code key}. */
    Optional<ByteString> get(ByteString key);

    /**
     * The records from {@code from} (inclusive) to {@code to} (exclusive; empty: to the end) in key order, as they are at the
     * time of the call. The caller closes the cursor.
     */
    Cursor scan(ByteString from, ByteString to);

    /**
     * The sessions of {@code scope}, as records that only {@link State#mergeSession} understands, in the order of their keys
     * from {@code from} (inclusive; empty: from the first) on. The caller closes the cursor.
     */
    Cursor sessions(long scope, ByteString from);
}
