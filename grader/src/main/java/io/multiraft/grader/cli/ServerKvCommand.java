// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.real.Layers;
import io.multiraft.kv.KvLimits;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    @Option(
            names = "--compact-after",
            paramLabel = "BYTES",
            description = "Compact the log when commands of so many bytes were applied since the last time;"
                    + " 8 MiB if missing.")
    private long compactAfterBytes = ServiceOptions.DEFAULT.compactAfterBytes();

    @Override
    public Integer call() {
        if (compactAfterBytes < 1) {
            throw new IllegalArgumentException("--compact-after takes a positive number, not " + compactAfterBytes);
        }
        int id = server.id();
        List<Address> peers = server.peers();
        Implementations code = layers.toRun(Layers.OF_KV_SERVER, server::notice);
        ServiceOptions options = ServiceOptions.DEFAULT.withCompactAfterBytes(compactAfterBytes);
        return server.run(Layers.kvServer(code).server(id, peers, options, KvLimits.DEFAULT));
    }
}
