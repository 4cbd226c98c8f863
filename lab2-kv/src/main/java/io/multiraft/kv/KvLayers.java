// SPDX-License-Identifier: Apache-2.0
package io.multiraft.kv;

import io.grpc.ServiceDescriptor;
import io.multiraft.host.server.ServerPlan;
import io.multiraft.host.storage.NodeIdentity;
import io.multiraft.kv.rpc.KvServiceGrpc;
import io.multiraft.node.Address;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.service.ServiceFactory;
import io.multiraft.service.ServiceOptions;
import java.util.List;

/** The layers that a server of the key-value store is made of, lowest first; each can be another's work. */
public record KvLayers(RaftFactory raft, ServiceFactory service, KvStoreFactory store) {

    /** Kind of the server's data directory. */
    public static final String KIND = "kv";

    private static final List<ServiceDescriptor> SERVICES =
            List.of(KvServiceGrpc.getServiceDescriptor(), RaftServiceGrpc.getServiceDescriptor());

    /**
     * A server for real.
     *
     * @param id position of the server among {@code members}, from 1
     * @param members all servers of the group
     */
    public ServerPlan server(int id, List<Address> members, ServiceOptions options, KvLimits limits) {
        KvServer server = new KvServer(service.create(raft, members, store.create(limits), options));
        NodeIdentity identity = new NodeIdentity(KIND, Integer.toString(id));
        return ServerPlan.member(identity, id, members, SERVICES, server, server::status);
    }
}
