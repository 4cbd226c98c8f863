// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import io.grpc.ServiceDescriptor;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.host.server.ServerPlan;
import io.multiraft.host.storage.NodeIdentity;
import io.multiraft.node.Address;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.service.ServiceFactory;
import io.multiraft.service.ServiceOptions;
import java.util.List;

/** The layers that a config server is made of, lowest first; each can be another's work. */
public record ConfigLayers(RaftFactory raft, ServiceFactory service, ConfigFactory config) {

    /** Kind of the server's data directory. */
    public static final String KIND = "config";

    private static final List<ServiceDescriptor> SERVICES =
            List.of(ConfigServiceGrpc.getServiceDescriptor(), RaftServiceGrpc.getServiceDescriptor());

    /**
     * A server for real.
     *
     * @param id position of the server among {@code members}, from 1
     * @param members all config servers
     * @param nBuckets number of buckets of the cluster, 1 to {@link Config#MAX_BUCKETS}, the same for all members
     */
    public ServerPlan server(int id, List<Address> members, ServiceOptions options, int nBuckets) {
        ConfigServer server =
                new ConfigServer(service.create(raft, members, config.create(nBuckets), options), nBuckets);
        NodeIdentity identity = new NodeIdentity(KIND, Integer.toString(id));
        return ServerPlan.member(identity, id, members, SERVICES, server, server::status);
    }
}
