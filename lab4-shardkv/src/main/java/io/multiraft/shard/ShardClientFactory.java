// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import io.multiraft.config.ConfigClient;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;

/**
 * Makes clients of the sharded key-value store. An implementation of the {@code client} layer has, for lab 4, exactly one
 * public class that implements this interface, with a public constructor without parameters.
 */
@FunctionalInterface
public interface ShardClientFactory {

    /**
     * A client that is not started yet. It sends each command to the group that owns the key's bucket. Beyond what
     * {@link KvClient} says: a command whose bucket has no owner waits until it has one; if the deadline comes first, the
     * reason that is given up with says so and names the bucket.
     *
     * @param config for the client alone, and started by it, from its own {@code start}
     */
    KvClient create(ConfigClient config, KvClientOptions options);
}
