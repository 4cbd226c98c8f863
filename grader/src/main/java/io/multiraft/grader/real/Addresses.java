// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.host.transport.SocketAddresses;
import io.multiraft.node.Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Addresses of servers as people write them. */
public final class Addresses {
    private Addresses() {}

    /**
     * The addresses in {@code text}, separated by commas.
     *
     * @param where the text comes from, for example {@code --peers}
     * @throws CannotRunException if one of them is none, or stands there twice
     */
    public static List<Address> parse(String where, String text) {
        List<Address> addresses = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            Address address = parseOne(where, each.strip());
            if (addresses.contains(address)) {
                throw new CannotRunException(where + " names " + address + " twice");
            }
            addresses.add(address);
        }
        return addresses;
    }

    private static Address parseOne(String where, String text) {
        Optional<InetSocketAddress> place =
                text.isEmpty() ? Optional.empty() : SocketAddresses.tryOf(new Address(text));
        if (place.filter(found -> found.getPort() > 0).isEmpty()) {
            throw new CannotRunException(where + " takes addresses of the form host:port, separated by commas; '" + text
                    + "' is none, or its host is not known");
        }
        return new Address(text);
    }
}
