// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.transport;

import com.google.common.net.HostAndPort;
import io.multiraft.node.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Between a node's address, {@code host:port}, and the network's. */
public final class SocketAddresses {
    private SocketAddresses() {}

    /** Where {@code address} is, if it has the form {@code host:port} and the host is known. May ask the name service. */
    public static Optional<InetSocketAddress> tryOf(Address address) {
        try {
            HostAndPort parsed = HostAndPort.fromString(address.text());
            InetSocketAddress place = new InetSocketAddress(parsed.getHost(), parsed.getPort());
            return place.isUnresolved() ? Optional.empty() : Optional.of(place);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    /** Where {@code address} is. */
    static InetSocketAddress of(Address address) throws IOException {
        return tryOf(address)
                .orElseThrow(() -> new IOException(
                        "cannot listen on " + address + ": not an address of the form host:port, or an unknown host"));
    }

    /** The same host with another port. */
    static Address withPort(Address address, int port) {
        return new Address(
                HostAndPort.fromParts(HostAndPort.fromString(address.text()).getHost(), port)
                        .toString());
    }
}
