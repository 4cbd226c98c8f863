// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import com.google.protobuf.ByteString;
import io.multiraft.node.TodoException;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.StoredRecord;

/**
 * The last executed command of each client, with its reply: what makes a command that comes twice take effect once. A
 * client sends a command only when it is done with the one before, so one session for each client (and scope) is enough,
 * for ever. Sessions lie next to the state, so they survive what the state survives: restarts and snapshots.
 */
final class Sessions {
    /** The sessions in {@code records}, which hold nothing else. */
    Sessions(Records records) {
        // TODO 2B
    }

    /** All sessions of {@code scope}; each with the id of its client as key, from {@code from} on. */
    Cursor all(long scope, ByteString from) {
        throw new TodoException("2B", "list the sessions of a scope");
    }

    /** Takes over a session that {@link #all} gave elsewhere, unless the one that is here is newer. */
    void merge(long scope, StoredRecord session) {
        throw new TodoException("2B", "take over a session of another group");
    }

    /** Forgets all sessions of {@code scope}. */
    void drop(long scope) {
        throw new TodoException("2B", "forget the sessions of a scope");
    }
}
