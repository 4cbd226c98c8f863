// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import io.multiraft.config.ConfigClient;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.shard.ShardClientFactory;

/** How the framework gets at the client of this package. */
public final class RoutingClientFactory implements ShardClientFactory {

    @Override
    public KvClient create(ConfigClient config, KvClientOptions options) {
        return new RoutingClient(config, options);
    }
}
