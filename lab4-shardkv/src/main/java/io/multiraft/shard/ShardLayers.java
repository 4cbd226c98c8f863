// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import io.grpc.ServiceDescriptor;
import io.multiraft.config.ConfigClientFactory;
import io.multiraft.host.server.ServerPlan;
import io.multiraft.host.storage.NodeIdentity;
import io.multiraft.kv.KvStoreFactory;
import io.multiraft.node.Address;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.service.ServiceFactory;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import java.util.List;

/** The layers that a shard server is made of, lowest first; each can be another's work. */
public record ShardLayers(
        RaftFactory raft,
        ServiceFactory service,
        KvStoreFactory store,
        ConfigClientFactory config,
        ShardFactory shard) {

    /** Kind of the server's data directory. */
    public static final String KIND = "shard";

    private static final List<ServiceDescriptor> SERVICES =
            List.of(ShardKvServiceGrpc.getServiceDescriptor(), RaftServiceGrpc.getServiceDescriptor());

    /**
     * A server for real.
     *
     * @param gid of its group, not 0
     * @param id position of the server among {@code members}, from 1
     * @param members all servers of the group
     * @param configServers all config servers
     */
    public ServerPlan server(
            long gid, int id, List<Address> members, List<Address> configServers, ShardOptions options) {
        ShardServer server = new ShardServer(this, gid, members, configServers, options);
        NodeIdentity identity = new NodeIdentity(KIND, gid + "-" + id);
        return ServerPlan.member(identity, id, members, SERVICES, server, server::status);
    }
}
