// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.config.ConfigClient;
import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.RetryingConfigClient;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.host.server.ClientHost;
import io.multiraft.node.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** A client of the config servers for people: one command at a time, and each ends after a limited time. */
public final class ConfigSession implements AutoCloseable {
    private final ClientHost<ConfigClient> clients;

    private ConfigSession(ClientHost<ConfigClient> clients) {
        this.clients = clients;
    }

    /**
     * A client of {@code servers}.
     *
     * @param patience for each command
     */
    public static ConfigSession open(List<Address> servers, Duration patience) {
        ConfigClientOptions options = ConfigClientOptions.DEFAULT.withDeadline(patience);
        Address name = new Address("client-" + ProcessHandle.current().pid());
        try {
            return new ConfigSession(ClientHost.open(name, List.of(new RetryingConfigClient(servers, options))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has a command executed. The client gives up by itself when its time is over. */
    public ConfigResult execute(ConfigCommand command) {
        return clients.<ConfigResult>call(0, (client, onResult) -> client.execute(command, onResult))
                .join();
    }

    @Override
    public void close() {
        clients.close();
    }
}
