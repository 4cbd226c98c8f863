// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import com.google.protobuf.ByteString;
import io.multiraft.node.TodoException;
import io.multiraft.raft.StateMachine;
import io.multiraft.service.State;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Keys;
import io.multiraft.storage.Storage;
import io.multiraft.storage.StoredRecord;
import java.util.Optional;

/**
 * All that the committed commands have made, in the keyspace of the state machine: the application's records, the sessions,
 * and how far the log is applied. A command, its session and its index are written in one event, so after a crash either
 * all of them are there or none, and no command is applied twice.
 */
final class AppliedState implements State {
    private static final ByteString APPLIED = Keys.ofText("applied");
    private static final ByteString RECORD = Keys.ofText("record/");
    private static final ByteString SESSION = Keys.ofText("session/");

    private final Storage storage;
    private final Records records;
    private final Sessions sessions;

    private long appliedIndex;
    private long appliedBytes;

    /** The state in {@code storage}; until {@link #load} is called, that of a group without any command. */
    AppliedState(Storage storage) {
        this.storage = storage;
        this.records = new Records(storage, StateMachine.KEYSPACE, RECORD);
        this.sessions = new Sessions(new Records(storage, StateMachine.KEYSPACE, SESSION));
    }

    // ---- how far the log is applied ---------------------------------------------------------------------------------

    /** Index of the last entry whose effects are here. */
    long appliedIndex() {
        return appliedIndex;
    }

    /** Bytes of all entries up to there, since the beginning of time: the same on every member with the same index. */
    long appliedBytes() {
        return appliedBytes;
    }

    /** The effects of the entry at {@code index}, which is {@code bytes} long, are here. */
    void applied(long index, int bytes) {
        throw new TodoException("2A", "note how far the log is applied");
    }

    /** Saves how far the log is applied. */
    void save() {
        // TODO 2C
    }

    /**
     * Takes over what is stored, after a start.
     *
     * @throws IllegalStateException if that cannot be read
     */
    void load() {
        // TODO 2C
    }

    /** Takes over the state of another member, which waits in {@code keyspace}, in place of all that is here. */
    void replaceBy(String keyspace) {
        throw new TodoException("2C", "put the state of a snapshot in the place of the own");
    }

    // ---- sessions ---------------------------------------------------------------------------------------------------

    /** The last executed command of each client. */
    Sessions sessions() {
        return sessions;
    }

    @Override
    public Cursor sessions(long scope, ByteString from) {
        return sessions.all(scope, from);
    }

    @Override
    public void mergeSession(long scope, StoredRecord session) {
        sessions.merge(scope, session);
    }

    @Override
    public void dropSessions(long scope) {
        sessions.drop(scope);
    }

    // ---- the application's records ----------------------------------------------------------------------------------

    @Override
    public Optional<ByteString> get(ByteString key) {
        return records.get(key);
    }

    @Override
    public Cursor scan(ByteString from, ByteString to) {
        return records.scan(from, to);
    }

    @Override
    public void put(ByteString key, ByteString value) {
        records.put(key, value);
    }

    @Override
    public void delete(ByteString key) {
        records.delete(key);
    }

    @Override
    public void deleteRange(ByteString from, ByteString to) {
        records.deleteRange(from, to);
    }
}
