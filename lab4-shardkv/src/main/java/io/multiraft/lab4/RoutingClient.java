// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import io.multiraft.config.ConfigClient;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.TodoException;
import java.util.function.Consumer;

/**
 * A client of all groups. It keeps a copy of the configuration, sends each command to the group that owns the key's bucket,
 * and asks for the configuration anew when that group says that it does not, or nothing. One command is under way at a time,
 * with one number through all attempts, at whatever group.
 */
final class RoutingClient implements KvClient {
    private final ConfigClient configClient;
    private final KvClientOptions options;

    RoutingClient(ConfigClient configClient, KvClientOptions options) {
        this.configClient = configClient;
        this.options = options;
    }

    @Override
    public void start(NodeContext nodeContext, Services services) {
        // TODO 4A
    }

    @Override
    public void execute(KvCommand command, Consumer<KvResult> onResult) {
        throw new TodoException("4A", "have a command executed, once, by the bucket's group");
    }
}
