// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import com.google.protobuf.ByteString;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.node.TodoException;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;

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
        throw new TodoException("2A", "execute a command of the key-value store");
    }

    @Override
    public ByteString read(ByteString command, StateReader state) {
        throw new TodoException("2D", "answer a Get without the log");
    }
}
