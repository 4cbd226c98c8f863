// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.shard.record.GroupCommand;

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
        // region 4A | throw new TodoException("4A", "execute a command of the group's log");
        GroupCommand decoded = Commands.decode(command);
        switch (decoded.getCommandCase()) {
            case CLIENT -> {
                return executeInBucket(decoded.getClient(), state);
            }
            case CONFIG -> adopt(ConfigEncoding.decode(decoded.getConfig()), state);
            case INSTALL -> group.install(decoded.getInstall(), state);
            case DELETE -> group.delete(Commands.handoverOf(decoded.getDelete()), state);
            case DELETED -> group.deleted(Commands.handoverOf(decoded.getDeleted()), state);
            case NOTHING, COMMAND_NOT_SET -> {}
        }
        return Answer.executed(ByteString.EMPTY);
        // endregion
    }

    @Override
    public ByteString read(ByteString command, StateReader state) {
        // region 4A | throw new TodoException("4A", "answer a Get, if the group has the bucket");
        KvCommand get = Commands.decode(command).getClient();
        int bucket = group.bucketOf(get.getKey());
        return group.serves(bucket) ? store.read(get.toByteString(), new BucketReader(state, bucket)) : WRONG_GROUP;
        // endregion
    }

    /** Clients have a session in each bucket, which moves with it. */
    @Override
    public long sessionScope(ByteString command) {
        // region 4A | throw new TodoException("4A", "a session belongs to the bucket of the command's key");
        return group.bucketOf(Commands.decode(command).getClient().getKey());
        // endregion
    }

    @Override
    public void stateReplaced(StateReader state) {
        group.load(state);
    }

    // region 4A
    /** Whether the group has the bucket is decided here, where it is known what came before. */
    private Answer executeInBucket(KvCommand command, State state) {
        int bucket = group.bucketOf(command.getKey());
        return group.serves(bucket)
                ? store.execute(command.toByteString(), new BucketView(state, bucket))
                : Answer.turnedAway(WRONG_GROUP); // not recorded: the same command comes again, here or elsewhere
    }

    private void adopt(Config next, State state) {
        if (group.accepts(next)) {
            group.adopt(next, state);
        }
    }
    // endregion
}
