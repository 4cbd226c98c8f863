// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.node.Address;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.storage.MemoryStorage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The application of one config server, with the state of one. */
final class Server {
    final MemoryState state;
    private final int nBuckets;
    private final Application application;

    /** A server that finds {@code content} on its disk. */
    Server(int nBuckets, MemoryStorage.Image content) {
        this.nBuckets = nBuckets;
        state = new MemoryState(content);
        application = new ConfigServerFactory().create(nBuckets);
        application.stateReplaced(state);
    }

    /** A server of a new cluster. */
    Server(int nBuckets) {
        this(nBuckets, MemoryStorage.Image.EMPTY);
    }

    /** Groups with three servers each, whose addresses no other group has. */
    static Map<Long, List<Address>> groups(long... gids) {
        Map<Long, List<Address>> groups = new TreeMap<>();
        for (long gid : gids) {
            groups.put(
                    gid,
                    IntStream.range(0, 3)
                            .mapToObj(server -> new Address("s" + gid + "-" + server))
                            .toList());
        }
        return groups;
    }

    ConfigReply execute(ConfigCommand command) {
        return parse(executed(command).reply());
    }

    /** As if this server had taken the command. */
    Answer executed(ConfigCommand command) {
        return executeRaw(takenBy(nBuckets, command));
    }

    /** A command that a server which was started with {@code nBuckets} has taken. */
    static ByteString takenBy(int nBuckets, ConfigCommand command) {
        return command.toBuilder().setNBuckets(nBuckets).build().toByteString();
    }

    Answer executeRaw(ByteString command) {
        return application.execute(command, state);
    }

    ConfigReply read(ConfigCommand command) {
        return parse(application.read(command.toByteString(), state));
    }

    /** The version, which must exist. */
    Config config(long version) {
        return ConfigEncoding.decode(read(ConfigCommands.query(version)).getConfig());
    }

    Optional<Config> find(long version) {
        ConfigReply reply = read(ConfigCommands.query(version));
        return reply.getError() == ErrorCode.OK
                ? Optional.of(ConfigEncoding.decode(reply.getConfig()))
                : Optional.empty();
    }

    Config latest() {
        return config(ConfigCommands.LATEST);
    }

    static ConfigReply parse(ByteString reply) {
        try {
            return ConfigReply.parseFrom(reply);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
