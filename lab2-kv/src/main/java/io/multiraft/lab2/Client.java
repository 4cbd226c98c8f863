// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.node.Address;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.TodoException;
import java.util.List;
import java.util.function.Consumer;

/**
 * A client of the key-value store. One command is under way at a time: the servers remember only the last one of each
 * client. A command keeps its number through all attempts, because whatever went wrong, it may have been executed.
 */
final class Client implements KvClient {
    private final List<Address> servers;
    private final KvClientOptions options;

    Client(List<Address> servers, KvClientOptions options) {
        this.servers = List.copyOf(servers);
        this.options = options;
        if (this.servers.isEmpty()) {
            throw new IllegalArgumentException("a client needs at least one server");
        }
    }

    @Override
    public void start(NodeContext nodeContext, Services services) {
        // TODO 2B
    }

    @Override
    public void execute(KvCommand command, Consumer<KvResult> onResult) {
        throw new TodoException("2B", "have a command executed, once, however often it must be sent");
    }
}
