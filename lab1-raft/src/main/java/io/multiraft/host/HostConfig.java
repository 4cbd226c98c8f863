// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import io.grpc.ServiceDescriptor;
import io.multiraft.host.transport.Routes;
import io.multiraft.node.Address;
import java.util.List;
import java.util.Set;

/**
 * What a host is to be.
 *
 * @param self the node's address; a server listens there, and port 0 lets the system choose
 * @param serves whether the node is a server; a client only calls
 * @param services whose methods any gRPC client can call; they must all be unary
 * @param limits of time and memory
 * @param listener hears of traces and failures
 * @param routes where the traffic goes, if not to the addresses themselves
 * @param peers the others of the node's group, without it: at its start it waits for them for a while ({@link StartGate})
 */
public record HostConfig(
        Address self,
        boolean serves,
        List<ServiceDescriptor> services,
        HostLimits limits,
        HostListener listener,
        Routes routes,
        Set<Address> peers) {

    public HostConfig {
        services = List.copyOf(services);
        peers = Set.copyOf(peers);
    }

    /** A node that listens at {@code address} and serves {@code services}, with the default limits. */
    public static HostConfig server(Address address, ServiceDescriptor... services) {
        return of(address, true, List.of(services));
    }

    /** A node that listens nowhere and only calls; {@code name} is what others see of it. */
    public static HostConfig client(Address name) {
        return of(name, false, List.of());
    }

    private static HostConfig of(Address self, boolean serves, List<ServiceDescriptor> services) {
        return new HostConfig(self, serves, services, HostLimits.DEFAULT, HostListener.SILENT, Routes.DIRECT, Set.of());
    }

    /** The same with a listener. */
    public HostConfig heardBy(HostListener newListener) {
        return new HostConfig(self, serves, services, limits, newListener, routes, peers);
    }

    /** The same with other limits. */
    public HostConfig within(HostLimits newLimits) {
        return new HostConfig(self, serves, services, newLimits, listener, routes, peers);
    }

    /** The same with other routes. */
    public HostConfig over(Routes newRoutes) {
        return new HostConfig(self, serves, services, limits, listener, newRoutes, peers);
    }

    /** The same in a group with {@code newPeers}. */
    public HostConfig among(Set<Address> newPeers) {
        return new HostConfig(self, serves, services, limits, listener, routes, newPeers);
    }
}
