// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.real.Layers;
import io.multiraft.kv.KvLimits;
import io.multiraft.node.Address;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs one server of the key-value store. */
@Command(
        name = "kv",
        description = "Run one server of the replicated key-value store of lab 2 until Ctrl-C.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ServerKvCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server;

    @Mixin
    private LayerOptions layers;

    @Override
    public Integer call() {
        int id = server.id();
        List<Address> peers = server.peers();
        Implementations code = layers.toRun(Layers.OF_KV_SERVER, server::notice);
        return server.run(Layers.kvServer(code).server(id, peers, server.serviceOptions(), KvLimits.DEFAULT));
    }
}
