// SPDX-License-Identifier: Apache-2.0
package io.multiraft.service;

import com.google.protobuf.ByteString;
import io.multiraft.storage.StoredRecord;

/** An application's state while it executes a command. A record, key and value, is at most 700 KiB long. */
public interface State extends StateReader {

    /** Stores {@code value} under {@code key}, in place of a former value. */
    void put(ByteString key, ByteString value);

    /** Removes {@code key} if it is there. */
    void delete(ByteString key);

    /** Removes all keys from {@code from} (inclusive) to {@code to} (exclusive; empty: to the end). */
    void deleteRange(ByteString from, ByteString to);

    /**
     * Takes over a session of another group's {@code scope}. Where this group has a session of the same client, the one with
     * the higher sequence stays.
     *
     * @param session from {@link StateReader#sessions} there
     */
    void mergeSession(long scope, StoredRecord session);

    /** Forgets all sessions of {@code scope}. */
    void dropSessions(long scope);
}
