// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.shard.record.GroupCommand;
import io.multiraft.shard.record.HandoverRecord;
import io.multiraft.shard.record.Nothing;
import io.multiraft.shard.rpc.Chunk;

/** The commands that a group puts into its log, by name. */
final class Commands {
    private Commands() {}

    /** What a client wants; the only one with a session. */
    static ByteString client(KvCommand command) {
        return GroupCommand.newBuilder().setClient(command).build().toByteString();
    }

    /** The group goes by {@code config} from now on. */
    static ByteString config(Config config) {
        return GroupCommand.newBuilder()
                .setConfig(ConfigEncoding.encode(config))
                .build()
                .toByteString();
    }

    /** A part of a bucket has arrived. */
    static ByteString install(Chunk chunk) {
        return GroupCommand.newBuilder().setInstall(chunk).build().toByteString();
    }

    /** The next owner has the bucket: what was kept for it can go. */
    static ByteString delete(Handover handover) {
        return GroupCommand.newBuilder().setDelete(recordOf(handover)).build().toByteString();
    }

    /** The former owner has let the bucket go. */
    static ByteString deleted(Handover handover) {
        return GroupCommand.newBuilder().setDeleted(recordOf(handover)).build().toByteString();
    }

    /** Does nothing; once it is committed, so is everything before it. */
    static ByteString nothing() {
        return GroupCommand.newBuilder()
                .setNothing(Nothing.getDefaultInstance())
                .build()
                .toByteString();
    }

    /**
     * The command that {@code bytes} encode.
     *
     * @throws IllegalStateException if they encode none: nobody but this class makes commands
     */
    static GroupCommand decode(ByteString bytes) {
        try {
            return GroupCommand.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "the log holds a command that is none of this group's: " + TextFormat.escapeBytes(bytes), e);
        }
    }

    static Handover handoverOf(HandoverRecord stored) {
        return new Handover(stored.getBucket(), stored.getVersion());
    }

    private static HandoverRecord recordOf(Handover handover) {
        return HandoverRecord.newBuilder()
                .setBucket(handover.bucket())
                .setVersion(handover.version())
                .build();
    }
}
