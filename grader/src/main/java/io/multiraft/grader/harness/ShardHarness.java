// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.RetryingConfigClient;
import io.multiraft.grader.load.Implementations;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.node.Address;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.shard.ShardLayers;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.ShardServer;
import java.util.List;

/** Servers of groups that own buckets, and their clients, whose layers are those under test. */
public final class ShardHarness {

    /** Report of a write that the store has executed; {@code detail} is an encoded {@link Execution}. */
    public static final String EXECUTED = "executed";

    private ShardHarness() {}

    /**
     * How a server is made. It reports what it applies and what its store executes, and now and then, as
     * {@link KvHarness#STATE}, which configuration it goes by and which buckets it serves.
     *
     * @param members of its group
     * @param keys all keys of the run, for reports of what a bucket holds
     */
    public static NodeRuntime.Boot server(
            Implementations implementations,
            long gid,
            List<Address> members,
            List<Address> configServers,
            ShardOptions options,
            KeyBook keys) {
        return report -> {
            WatchedShard shard = new WatchedShard(implementations.shard(), report, keys);
            ShardLayers layers = new ShardLayers(
                    new WatchedRaft(implementations.raft(), report, shard::afterChange),
                    implementations.service(),
                    implementations.kvStore(),
                    RetryingConfigClient::new,
                    shard);
            return new ShardServer(layers, gid, members, configServers, options);
        };
    }

    /** How a client is made; it is asked as {@link KvClientHarness} says. */
    public static NodeRuntime.Boot client(
            Implementations implementations, List<Address> configServers, KvClientOptions options) {
        return KvClientHarness.boot(
                (servers, its) -> implementations
                        .shardClient()
                        .create(new RetryingConfigClient(servers, ConfigClientOptions.DEFAULT), its),
                configServers,
                options);
    }
}
