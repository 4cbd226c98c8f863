// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import io.grpc.ServiceDescriptor;
import io.multiraft.host.transport.Routes;
import io.multiraft.node.Address;
import java.util.List;

/**
 * What a host is to be.
 *
 * @param self the node's address; a server listens there, and port 0 lets the system choose
 * @param serves whether the node is a server; a client only calls
 * @param services whose methods any gRPC client can call; they must all be unary
 * @param limits of time and memory
 * @param listener hears of traces and failures
 * @param routes where the traffic goes, if not to the addresses themselves
 */
public record HostConfig(
        Address self,
        boolean serves,
        List<ServiceDescriptor> services,
        HostLimits limits,
        HostListener listener,
        Routes routes) {

    public HostConfig {
        services = List.copyOf(services);
    }

    /** A node that listens at {@code address} and serves {@code services}, with the default limits. */
    public static HostConfig server(Address address, ServiceDescriptor... services) {
        return new HostConfig(address, true, List.of(services), HostLimits.DEFAULT, HostListener.SILENT, Routes.DIRECT);
    }

    /** A node that listens nowhere and only calls; {@code name} is what others see of it. */
    public static HostConfig client(Address name) {
        return new HostConfig(name, false, List.of(), HostLimits.DEFAULT, HostListener.SILENT, Routes.DIRECT);
    }

    /** The same with a listener. */
    public HostConfig heardBy(HostListener newListener) {
        return new HostConfig(self, serves, services, limits, newListener, routes);
    }

    /** The same with other limits. */
    public HostConfig within(HostLimits newLimits) {
        return new HostConfig(self, serves, services, newLimits, listener, routes);
    }

    /** The same with other routes. */
    public HostConfig over(Routes newRoutes) {
        return new HostConfig(self, serves, services, limits, listener, newRoutes);
    }
}
