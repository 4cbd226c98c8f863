// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import io.multiraft.config.Config;
import io.multiraft.config.rpc.Group;
import io.multiraft.config.rpc.Join;
import io.multiraft.config.rpc.Leave;
import io.multiraft.config.rpc.Move;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which commands make no sense, and why. Looked at when a command is executed, not when it is sent: what came before it in
 * the log decides.
 */
final class Refusals {
    private Refusals() {}

    /** Why {@code join} is refused; empty if it is not. */
    static Optional<String> ofJoin(Config config, Join join) {
        // region 3B | return Optional.empty();
        if (join.getGroupsCount() == 0) {
            return Optional.of("a join must name at least one group");
        }
        Map<String, Long> ownerOf = new HashMap<>();
        config.groups().forEach((gid, addresses) -> addresses.forEach(address -> ownerOf.put(address.text(), gid)));
        Set<Long> named = new HashSet<>();
        return join.getGroupsList().stream()
                .flatMap(group -> ofNewcomer(config, group, named, ownerOf).stream())
                .findFirst();
        // endregion
    }

    /** Why {@code leave} is refused; empty if it is not. */
    static Optional<String> ofLeave(Config config, Leave leave) {
        // region 3B | return Optional.empty();
        if (leave.getGidsCount() == 0) {
            return Optional.of("a leave must name at least one group");
        }
        Set<Long> named = new HashSet<>();
        for (long gid : leave.getGidsList()) {
            if (!named.add(gid)) {
                return Optional.of("group " + gid + " is named twice");
            }
            if (!config.groups().containsKey(gid)) {
                return Optional.of(unknown(gid));
            }
        }
        return Optional.empty();
        // endregion
    }

    /** Why {@code move} is refused; empty if it is not. */
    static Optional<String> ofMove(Config config, Move move) {
        // region 3B | return Optional.empty();
        int nBuckets = config.buckets().size();
        if (move.getBucket() < 0 || move.getBucket() >= nBuckets) {
            return Optional.of("there is no bucket " + move.getBucket() + ": they are 0 to " + (nBuckets - 1));
        }
        return config.groups().containsKey(move.getGid()) ? Optional.empty() : Optional.of(unknown(move.getGid()));
        // endregion
    }

    // region 3B
    /**
     * Why {@code group} may not join.
     *
     * @param named gids that the command has named so far; the group's is added
     * @param ownerOf whom each address belongs to; the group's are added
     */
    private static Optional<String> ofNewcomer(Config config, Group group, Set<Long> named, Map<String, Long> ownerOf) {
        long gid = group.getGid();
        if (gid <= 0) {
            return Optional.of(notPositive(gid));
        }
        if (config.groups().containsKey(gid)) {
            return Optional.of("group " + gid + " has joined already");
        }
        if (!named.add(gid)) {
            return Optional.of("group " + gid + " is named twice");
        }
        if (group.getAddressesCount() == 0) {
            return Optional.of("group " + gid + " has no addresses");
        }
        return group.getAddressesList().stream()
                .flatMap(address -> ofAddress(gid, address, ownerOf).stream())
                .findFirst();
    }

    private static Optional<String> ofAddress(long gid, String address, Map<String, Long> ownerOf) {
        if (address.isBlank()) {
            return Optional.of("group " + gid + " has an empty address");
        }
        if (address.length() > Config.MAX_ADDRESS_LENGTH) {
            return Optional.of("group " + gid + " has an address of " + address.length() + " characters; the limit is "
                    + Config.MAX_ADDRESS_LENGTH);
        }
        Long owner = ownerOf.putIfAbsent(address, gid);
        return owner == null ? Optional.empty() : Optional.of(taken(gid, address, owner));
    }

    private static String taken(long gid, String address, long owner) {
        return owner == gid
                ? "group " + gid + " has the address " + address + " twice"
                : "group " + gid + " has the address " + address + ", which belongs to group " + owner;
    }

    private static String unknown(long gid) {
        return gid <= 0 ? notPositive(gid) : "there is no group " + gid;
    }

    private static String notPositive(long gid) {
        return "a gid must be positive, not " + gid;
    }
    // endregion
}
