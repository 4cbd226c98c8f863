// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab2;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.storage.Cursor;
import java.util.Optional;

/**
 * An application of the grader's own, which does with sessions what lab 4 will do: notes under keys like {@code 1/k}, whose
 * first character is the scope of their sessions. A put under {@code 1/closed} closes scope 1 for appends until it is
 * deleted. Every answer is what lies under the key then.
 */
final class ScopedNotes implements Application {

    /** What an append in a closed scope is answered. */
    static final String CLOSED = "closed";

    private static final String COPY = "copy";
    private static final String DROP = "drop";

    /** Takes over all sessions of a scope into another one. */
    static KvCommand copySessions(int from, int to) {
        return command(COPY, from + "" + to);
    }

    /** Forgets all sessions of a scope. */
    static KvCommand dropSessions(int scope) {
        return command(DROP, Integer.toString(scope));
    }

    private static KvCommand command(String what, String scopes) {
        return KvCommand.newBuilder()
                .setOperation(Operation.PUT)
                .setKey(ByteString.copyFromUtf8(what))
                .setValue(ByteString.copyFromUtf8(scopes))
                .build();
    }

    @Override
    public long sessionScope(ByteString command) {
        return scopeOf(decode(command).getKey().toStringUtf8(), 0);
    }

    private static long scopeOf(String text, int position) {
        return Character.digit(text.charAt(position), 10);
    }

    @Override
    public Answer execute(ByteString encoded, State state) {
        KvCommand command = decode(encoded);
        String key = command.getKey().toStringUtf8();
        String scopes = command.getValue().toStringUtf8();
        if (key.equals(COPY)) {
            copySessions(scopeOf(scopes, 0), scopeOf(scopes, 1), state);
            return Answer.executed(reply(ByteString.EMPTY));
        } else if (key.equals(DROP)) {
            state.dropSessions(scopeOf(scopes, 0));
            return Answer.executed(reply(ByteString.EMPTY));
        }
        return write(command, state);
    }

    private static void copySessions(long from, long to, State state) {
        try (Cursor sessions = state.sessions(from, ByteString.EMPTY)) {
            while (sessions.hasNext()) {
                state.mergeSession(to, sessions.next());
            }
        }
    }

    private static Answer write(KvCommand command, State state) {
        ByteString key = command.getKey();
        if (command.getOperation() == Operation.APPEND
                && state.get(closedKey(key)).isPresent()) {
            return Answer.turnedAway(reply(ByteString.copyFromUtf8(CLOSED)));
        }
        Optional<ByteString> before = state.get(key);
        switch (command.getOperation()) {
            case APPEND -> state.put(key, before.orElse(ByteString.EMPTY).concat(command.getValue()));
            case PUT -> state.put(key, command.getValue());
            default -> state.delete(key);
        }
        return Answer.executed(readKey(key, state));
    }

    private static ByteString closedKey(ByteString key) {
        return key.substring(0, 2).concat(ByteString.copyFromUtf8(CLOSED));
    }

    @Override
    public ByteString read(ByteString command, StateReader state) {
        return readKey(decode(command).getKey(), state);
    }

    private static ByteString readKey(ByteString key, StateReader state) {
        return reply(state.get(key).orElse(ByteString.EMPTY));
    }

    private static ByteString reply(ByteString value) {
        return KvReply.newBuilder().setValue(value).build().toByteString();
    }

    private static KvCommand decode(ByteString command) {
        try {
            return KvCommand.parseFrom(command);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
