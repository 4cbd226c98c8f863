// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import io.multiraft.config.ConfigClientFactory;
import io.multiraft.kv.KvStoreFactory;
import io.multiraft.raft.RaftFactory;
import io.multiraft.service.ServiceFactory;

/** The layers that a shard server is made of, lowest first; each can be another's work. */
public record ShardLayers(
        RaftFactory raft,
        ServiceFactory service,
        KvStoreFactory store,
        ConfigClientFactory config,
        ShardFactory shard) {}
