// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.server;

import io.grpc.ServiceDescriptor;
import io.multiraft.host.storage.NodeIdentity;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.raft.RaftStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a server is made of, for one start: the lab that owns the server puts it together.
 *
 * @param identity whose its data directory is
 * @param address where it listens
 * @param peers the others of its group
 * @param services whose methods any gRPC client can call
 * @param node not started yet
 * @param status where the node's Raft stands; asked on the node's event loop, after its start
 */
public record ServerPlan(
        NodeIdentity identity,
        Address address,
        Set<Address> peers,
        List<ServiceDescriptor> services,
        Node node,
        Supplier<RaftStatus> status) {

    public ServerPlan {
        services = List.copyOf(services);
        peers = Set.copyOf(peers);
    }

    /**
     * A member of a group.
     *
     * @param position of the server among {@code members}, from 1
     */
    public static ServerPlan member(
            NodeIdentity identity,
            int position,
            List<Address> members,
            List<ServiceDescriptor> services,
            Node node,
            Supplier<RaftStatus> status) {
        Set<Address> peers = new HashSet<>(members);
        Address self = members.get(position - 1);
        peers.remove(self);
        return new ServerPlan(identity, self, peers, services, node, status);
    }
}
