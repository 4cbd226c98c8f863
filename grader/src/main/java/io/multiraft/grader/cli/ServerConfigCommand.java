// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.config.Config;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.real.Layers;
import io.multiraft.node.Address;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one config server. */
@Command(
        name = "config",
        description = "Run one config server of lab 3 until Ctrl-C.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ServerConfigCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server;

    @Mixin
    private LayerOptions layers;

    @Option(
            names = "--buckets",
            paramLabel = "N",
            description =
                    "Number of buckets, the same for all servers (${DEFAULT-VALUE}). The first command fixes it: it"
                            + " cannot be changed later.",
            defaultValue = "" + Config.DEFAULT_BUCKETS)
    private int buckets;

    @Override
    public Integer call() {
        int id = server.id();
        List<Address> peers = server.peers();
        if (buckets < 1 || buckets > Config.MAX_BUCKETS) {
            throw new IllegalArgumentException("--buckets takes 1 to " + Config.MAX_BUCKETS + ", not " + buckets);
        }
        Implementations code = layers.toRun(Layers.OF_CONFIG_SERVER, server::notice);
        return server.run(Layers.configServer(code).server(id, peers, server.serviceOptions(), buckets));
    }
}
