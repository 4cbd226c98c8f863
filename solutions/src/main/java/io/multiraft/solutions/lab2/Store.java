// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import java.util.Optional;

/**
 * The key-value store: a value under each key, in the state that it is given. What it answers depends on nothing but the
 * commands before, so that all members answer the same. Every answer is a final one: a command that was refused once must
 * not be executed when a late copy of it arrives.
 */
final class Store implements Application {
    private static final KvReply OK = KvReply.getDefaultInstance();
    private static final KvReply NO_SUCH_KEY =
            KvReply.newBuilder().setError(ErrorCode.NO_SUCH_KEY).build();
    private static final KvReply BAD_COMMAND =
            KvReply.newBuilder().setError(ErrorCode.BAD_COMMAND).build();

    private final KvLimits limits;

    Store(KvLimits limits) {
        this.limits = limits;
    }

    @Override
    public Answer execute(ByteString command, State state) {
        // region 2A | throw new TodoException("2A", "execute a command of the key-value store");
        KvReply reply = decode(command)
                .map(decoded -> refusal(decoded).orElseGet(() -> executeWithin(decoded, state)))
                .orElse(BAD_COMMAND);
        return Answer.executed(reply.toByteString());
        // endregion
    }

    @Override
    public ByteString read(ByteString command, StateReader state) {
        // region 2D | throw new TodoException("2D", "answer a Get without the log");
        KvReply reply = decode(command)
                .filter(decoded -> decoded.getOperation() == Operation.GET)
                .map(decoded -> refusal(decoded).orElseGet(() -> get(decoded.getKey(), state)))
                .orElse(BAD_COMMAND);
        return reply.toByteString();
        // endregion
    }

    // region 2A
    private KvReply executeWithin(KvCommand command, State state) {
        ByteString key = command.getKey();
        return switch (command.getOperation()) {
            case GET -> get(key, state);
            case PUT -> put(key, command.getValue(), state);
            case APPEND -> put(key, state.get(key).orElse(ByteString.EMPTY).concat(command.getValue()), state);
            case DELETE -> delete(key, state);
            case UNRECOGNIZED -> BAD_COMMAND;
        };
    }

    private static KvReply get(ByteString key, StateReader state) {
        return state.get(key)
                .map(value -> KvReply.newBuilder().setValue(value).build())
                .orElse(NO_SUCH_KEY);
    }

    private KvReply put(ByteString key, ByteString value, State state) {
        if (value.size() > limits.maxValueBytes()) {
            return tooLarge(limits.maxValueBytes());
        }
        state.put(key, value);
        return OK;
    }

    private static KvReply delete(ByteString key, State state) {
        if (state.get(key).isEmpty()) {
            return NO_SUCH_KEY;
        }
        state.delete(key);
        return OK;
    }

    /** What {@code command} is answered if its key is too long for any command. */
    private Optional<KvReply> refusal(KvCommand command) {
        return command.getKey().size() > limits.maxKeyBytes()
                ? Optional.of(tooLarge(limits.maxKeyBytes()))
                : Optional.empty();
    }

    private static KvReply tooLarge(int limitBytes) {
        return KvReply.newBuilder()
                .setError(ErrorCode.TOO_LARGE)
                .setLimitBytes(limitBytes)
                .build();
    }

    private static Optional<KvCommand> decode(ByteString command) {
        try {
            return Optional.of(KvCommand.parseFrom(command));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty(); // nothing that a client of the store has sent; the answer says so
        }
    }
    // endregion
}
