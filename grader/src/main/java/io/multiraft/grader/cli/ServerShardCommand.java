// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.config.Config;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.real.Addresses;
import io.multiraft.grader.real.Layers;
import io.multiraft.node.Address;
import io.multiraft.shard.ShardOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs one server of a group that owns buckets. */
@Command(
        name = "shard",
        description =
                "Run one server of a group of the sharded key-value store of lab 4 until Ctrl-C. The group serves the"
                        + " buckets that the config servers give it: let it join with ./lab config join.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ServerShardCommand implements Callable<Integer> {
    @Option(
            names = "--gid",
            paramLabel = "N",
            required = true,
            description = "The server's group, as it joins; its data directory is bound to it.")
    private long gid;

    @Mixin
    private ServerOptions server;

    @Option(names = "--config", paramLabel = "HOST:PORT,…", required = true, description = "All config servers.")
    private String config;

    @Mixin
    private ShardLayerOptions layers;

    @Override
    public Integer call() {
        if (gid <= Config.NOBODY) {
            throw new IllegalArgumentException("--gid takes a positive number, not " + gid);
        }
        int id = server.id();
        List<Address> peers = server.peers();
        List<Address> configServers = Addresses.parse("--config", config);
        Implementations code = layers.toRun(Layers.OF_SHARD_SERVER, server::notice);
        ShardOptions options = ShardOptions.DEFAULT.withService(server.serviceOptions());
        return server.runAmongGroups(Layers.shardServer(code).server(gid, id, peers, configServers, options));
    }
}
