// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.RetryingConfigClient;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Layer;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.node.Address;
import java.util.List;

/** Where the commands of a client go. */
public sealed interface Destination {

    /** The layers that its clients are made of. */
    List<Layer> layers();

    /** A client that is not started yet, made of {@link #layers}. */
    KvClient client(Implementations code, KvClientOptions options);

    /**
     * One group that stores everything (lab 2).
     *
     * @param servers of the group
     */
    record OneGroup(List<Address> servers) implements Destination {
        @Override
        public List<Layer> layers() {
            return Layers.OF_KV_CLIENT;
        }

        @Override
        public KvClient client(Implementations code, KvClientOptions options) {
            return code.kvClient().create(servers, options);
        }
    }

    /**
     * Whatever group owns the bucket of a key (lab 4).
     *
     * @param configServers know which one it is
     */
    record Sharded(List<Address> configServers) implements Destination {
        @Override
        public List<Layer> layers() {
            return Layers.OF_SHARD_CLIENT;
        }

        @Override
        public KvClient client(Implementations code, KvClientOptions options) {
            return code.shardClient()
                    .create(new RetryingConfigClient(configServers, ConfigClientOptions.DEFAULT), options);
        }
    }
}
