// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.node.TodoException;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;

/**
 * What the group replicates: clients' commands on its buckets, and everything that changes which buckets it has. Both go
 * through the same log, so there is one order of them: a command stands before or behind the loss of its bucket, on every
 * member alike.
 */
final class ShardApplication implements Application {
    private static final ByteString WRONG_GROUP =
            KvReply.newBuilder().setError(ErrorCode.WRONG_GROUP).build().toByteString();

    private final GroupState group;
    private final Application store;

    ShardApplication(GroupState group, Application store) {
        this.group = group;
        this.store = store;
    }

    @Override
    public Answer execute(ByteString command, State state) {
        throw new TodoException("4A", "execute a command of the group's log");
    }

    @Override
    public ByteString read(ByteString command, StateReader state) {
        throw new TodoException("4A", "answer a Get, if the group has the bucket");
    }

    /** Clients have a session in each bucket, which moves with it. */
    @Override
    public long sessionScope(ByteString command) {
        throw new TodoException("4A", "a session belongs to the bucket of the command's key");
    }

    @Override
    public void stateReplaced(StateReader state) {
        group.load(state);
    }
}
