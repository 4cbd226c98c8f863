// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.transport;

import io.multiraft.node.Address;
import java.util.Map;
import java.util.Optional;

/**
 * Where a node's traffic really goes, if that is not what the addresses say: behind a proxy or a port that is forwarded.
 * Nodes know nothing of it: they call each other, and name each other to clients, by their addresses.
 *
 * @param listen where the node listens instead of at its own address; port 0 lets the system choose
 * @param detours where others are reached instead of at their addresses
 */
public record Routes(Optional<Address> listen, Map<Address, Address> detours) {

    /** Everybody is where the address says. */
    public static final Routes DIRECT = new Routes(Optional.empty(), Map.of());

    public Routes {
        detours = Map.copyOf(detours);
    }

    /** Where to connect to for {@code peer}. */
    Address to(Address peer) {
        return detours.getOrDefault(peer, peer);
    }
}
