// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.service.Outcome;
import io.multiraft.service.record.Session;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Keys;
import io.multiraft.storage.StoredRecord;
import java.util.Optional;

/**
 * The last executed command of each client, with its reply: what makes a command that comes twice take effect once. A
 * client sends a command only when it is done with the one before, so one session for each client (and scope) is enough,
 * for ever. Sessions lie next to the state, so they survive what the state survives: restarts and snapshots.
 */
final class Sessions {
    // region 2B
    private final Records records;

    // endregion
    /** The sessions in {@code records}, which hold nothing else. */
    Sessions(Records records) {
        // region 2B |
        this.records = records;
        // endregion
    }

    // region 2B
    /**
     * What a command is answered without being executed; nothing if it is new and to be executed.
     *
     * @param last of the client, if it has one
     * @param sequence of the command
     */
    static Optional<Outcome> answerFrom(Optional<Session> last, long sequence) {
        if (last.isEmpty() || sequence > last.get().getSequence()) {
            return Optional.empty();
        }
        return sequence == last.get().getSequence()
                ? Optional.of(new Outcome.Answered(last.get().getReply()))
                : Optional.of(new Outcome.Superseded());
    }

    /** The session of a client. */
    Optional<Session> of(long scope, long clientId) {
        return records.get(key(scope, clientId)).map(Sessions::decode);
    }

    /** The command with {@code sequence} was executed. */
    void executed(long scope, long clientId, long sequence, ByteString reply) {
        Session session =
                Session.newBuilder().setSequence(sequence).setReply(reply).build();
        records.put(key(scope, clientId), session.toByteString());
    }

    // endregion
    /** All sessions of {@code scope}; each with the id of its client as key, from {@code from} on. */
    Cursor all(long scope, ByteString from) {
        // region 2B | throw new TodoException("2B", "list the sessions of a scope");
        return records.within(Keys.ofLong(scope)).scan(from, ByteString.EMPTY);
        // endregion
    }

    /** Takes over a session that {@link #all} gave elsewhere, unless the one that is here is newer. */
    void merge(long scope, StoredRecord session) {
        // region 2B | throw new TodoException("2B", "take over a session of another group");
        Records ofScope = records.within(Keys.ofLong(scope));
        Optional<Session> here = ofScope.get(session.key()).map(Sessions::decode);
        if (here.isEmpty() || here.get().getSequence() < decode(session.value()).getSequence()) {
            ofScope.put(session.key(), session.value());
        }
        // endregion
    }

    /** Forgets all sessions of {@code scope}. */
    void drop(long scope) {
        // region 2B | throw new TodoException("2B", "forget the sessions of a scope");
        records.within(Keys.ofLong(scope)).deleteRange(ByteString.EMPTY, ByteString.EMPTY);
        // endregion
    }

    // region 2B
    private static ByteString key(long scope, long clientId) {
        return Keys.ofLong(scope).concat(Keys.ofLong(clientId));
    }

    private static Session decode(ByteString stored) {
        try {
            return Session.parseFrom(stored);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a stored session cannot be read: " + stored, e);
        }
    }
    // endregion
}
