// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab3;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.node.TodoException;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
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
        throw new TodoException("3B", "execute a command: make the next version, or say why not");
    }

    @Override
    public ByteString read(ByteString command, StateReader state) {
        throw new TodoException("3B", "answer a query");
    }

    @Override
    public void stateReplaced(StateReader state) {
        // TODO 3C
    }

    /** The configuration that a query for {@code version} finds. */
    Optional<Config> find(long version, StateReader state) {
        throw new TodoException("3B", "find a version of the configuration");
    }
}
