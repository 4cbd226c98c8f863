// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigClient;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.raft.RaftStatus;
import io.multiraft.service.ReplicatedService;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import java.util.List;

/** A server of a group that owns buckets: its layers, put together, behind the RPCs. */
public final class ShardServer implements Node {
    private final ShardMember member;
    private final ReplicatedService service;
    private final ConfigClient config;

    /**
     * A server that is not started yet.
     *
     * @param gid of its group
     * @param members all servers of the group, this one included
     * @param configServers all config servers, at least one
     * @throws IllegalArgumentException if {@code gid} is 0, which is nobody
     */
    public ShardServer(
            ShardLayers layers, long gid, List<Address> members, List<Address> configServers, ShardOptions options) {
        if (gid == Config.NOBODY) {
            throw new IllegalArgumentException("a group cannot have gid " + Config.NOBODY + ", which is nobody");
        }
        member = layers.shard().create(gid, layers.store().create(options.limits()), options);
        service = layers.service().create(layers.raft(), members, member.application(), options.service());
        config = layers.config().create(configServers, options.config());
    }

    /** Where the server's Raft stands. On the node's event loop, after {@link #start}. */
    public RaftStatus status() {
        return service.status();
    }

    @Override
    public void start(NodeContext context, Services services) {
        service.start(context, services);
        config.start(context, services);
        member.start(context, service, config);
        services.handleLater(ShardKvServiceGrpc.getDoCommandMethod(), member::doCommand);
        services.handleLater(ShardKvServiceGrpc.getPullMethod(), member::pull);
        services.handleLater(ShardKvServiceGrpc.getPushMethod(), member::push);
        services.handleLater(ShardKvServiceGrpc.getDeleteMethod(), member::delete);
        services.handle(ShardKvServiceGrpc.getStatusMethod(), member::status);
    }
}
