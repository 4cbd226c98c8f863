// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigCommand.CommandCase;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.Query;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.solutions.lab3.ConfigChange.Next;
import io.multiraft.solutions.lab3.ConfigChange.Refusal;
import java.util.Optional;

/**
 * What the config server replicates: commands that make one version of the configuration after the other, and queries of any
 * of them.
 */
final class ConfigApplication implements Application {
    private final ConfigRules rules;
    private final ConfigHistory history;

    /** The last version of the history, kept so that it need not be read for each command. */
    private Config latest;

    /** The config server of a cluster with {@code nBuckets} buckets. */
    ConfigApplication(int nBuckets, ConfigRules rules) {
        this.rules = rules;
        this.history = new ConfigHistory(nBuckets);
        this.latest = Config.initial(nBuckets);
    }

    @Override
    public Answer execute(ByteString command, State state) {
        // region 3B | throw new TodoException("3B", "execute a command: make the next version, or say why not");
        ConfigCommand decoded = decode(command);
        if (decoded.hasQuery()) {
            // asked again, it may as well be answered anew: its answer, which can be long, need not be remembered
            return Answer.turnedAway(answer(decoded.getQuery(), state).toByteString());
        }
        // a refusal counts as executed too: who heard of it can rely on it, whatever copies are still on their way
        return Answer.executed(change(decoded, state).toByteString());
        // endregion
    }

    @Override
    public ByteString read(ByteString command, StateReader state) {
        // region 3B | throw new TodoException("3B", "answer a query");
        ConfigCommand decoded = decode(command);
        ConfigReply reply = decoded.hasQuery()
                ? answer(decoded.getQuery(), state)
                : Replies.refused("only a query can be answered without the log");
        return reply.toByteString();
        // endregion
    }

    @Override
    public void stateReplaced(StateReader state) {
        // region 3C |
        latest = history.latest(state);
        // endregion
    }

    /** The configuration that a query for {@code version} finds. */
    Optional<Config> find(long version, StateReader state) {
        // region 3B | throw new TodoException("3B", "find a version of the configuration");
        return version == ConfigCommands.LATEST || version == latest.version()
                ? Optional.of(latest)
                : history.find(version, state);
        // endregion
    }

    // region 3B
    private static final String NO_COMMAND = "this is not a command of the config server";

    private ConfigReply answer(Query query, StateReader state) {
        return find(query.getVersion(), state).map(Replies::found).orElseGet(Replies::noSuchVersion);
    }

    private ConfigReply change(ConfigCommand command, State state) {
        if (command.getCommandCase() == CommandCase.COMMAND_NOT_SET) {
            return Replies.refused(NO_COMMAND);
        }
        Optional<String> mismatch = history.mismatch(command.getNBuckets(), state);
        ConfigChange change = mismatch.<ConfigChange>map(Refusal::new).orElseGet(() -> changeBy(command));
        if (change instanceof Next next) {
            latest = next.config();
            history.add(latest, state);
            return Replies.changed(latest.version());
        }
        return Replies.refused(((Refusal) change).reason());
    }

    private ConfigChange changeBy(ConfigCommand command) {
        return switch (command.getCommandCase()) {
            case JOIN -> rules.join(latest, command.getJoin());
            case LEAVE -> rules.leave(latest, command.getLeave());
            case MOVE -> rules.move(latest, command.getMove());
            case QUERY, COMMAND_NOT_SET -> new Refusal(NO_COMMAND);
        };
    }

    /** The command that {@code bytes} encode; if they encode none, one that is not set. */
    private static ConfigCommand decode(ByteString bytes) {
        try {
            return ConfigCommand.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return ConfigCommand.getDefaultInstance();
        }
    }
    // endregion
}
