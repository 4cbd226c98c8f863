// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.config.ConfigLayers;
import io.multiraft.config.RetryingConfigClient;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Layer;
import io.multiraft.kv.KvLayers;
import io.multiraft.shard.ShardLayers;
import java.util.List;

/** Which layers each part of the real system is made of. */
public final class Layers {
    /** Those of a server of the key-value store. */
    public static final List<Layer> OF_KV_SERVER = List.of(Layer.RAFT, Layer.KV);

    /** Those of its clients. */
    public static final List<Layer> OF_KV_CLIENT = List.of(Layer.KV_CLIENT);

    /** Those of a config server. */
    public static final List<Layer> OF_CONFIG_SERVER = List.of(Layer.RAFT, Layer.KV, Layer.CONFIG);

    /** Those of a server of the sharded store. */
    public static final List<Layer> OF_SHARD_SERVER = List.of(Layer.RAFT, Layer.KV, Layer.SHARD);

    /** Those of its clients. */
    public static final List<Layer> OF_SHARD_CLIENT = List.of(Layer.SHARD_CLIENT);

    /** Those of the servers of a sharded cluster. */
    public static final List<Layer> OF_CLUSTER = List.of(Layer.RAFT, Layer.KV, Layer.CONFIG, Layer.SHARD);

    private Layers() {}

    /** The layers of a server of the sharded store. */
    public static ShardLayers shardServer(Implementations code) {
        return new ShardLayers(code.raft(), code.service(), code.kvStore(), RetryingConfigClient::new, code.shard());
    }

    /** The layers of a config server. */
    public static ConfigLayers configServer(Implementations code) {
        return new ConfigLayers(code.raft(), code.service(), code.config());
    }

    /** The layers of a server of the key-value store. */
    public static KvLayers kvServer(Implementations code) {
        return new KvLayers(code.raft(), code.service(), code.kvStore());
    }
}
