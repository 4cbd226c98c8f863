// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.StoredRecord;
import java.util.Optional;

/** A state that can be asked and not changed: whoever executes a question must not write. */
record FrozenState(StateReader reader) implements State {

    @Override
    public Optional<ByteString> get(ByteString key) {
        return reader.get(key);
    }

    @Override
    public Cursor scan(ByteString from, ByteString to) {
        return reader.scan(from, to);
    }

    @Override
    public Cursor sessions(long scope, ByteString from) {
        return reader.sessions(scope, from);
    }

    @Override
    public void put(ByteString key, ByteString value) {
        // a Get has nothing to store
    }

    @Override
    public void delete(ByteString key) {
        // a Get has nothing to remove
    }

    @Override
    public void deleteRange(ByteString from, ByteString to) {
        // a Get has nothing to remove
    }

    @Override
    public void mergeSession(long scope, StoredRecord session) {
        // a Get has no sessions to take over
    }

    @Override
    public void dropSessions(long scope) {
        // a Get has no sessions to forget
    }
}
