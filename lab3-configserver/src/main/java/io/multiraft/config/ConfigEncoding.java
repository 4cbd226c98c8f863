// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import io.multiraft.config.rpc.ConfigRecord;
import io.multiraft.config.rpc.Group;
import io.multiraft.node.Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Configurations as messages, for the wire and for storage. Equal configurations have equal bytes. 65,536 buckets of 1,000
 * groups with three servers each take about 200 KiB.
 */
public final class ConfigEncoding {

    private ConfigEncoding() {}

    /** {@code config} as a message. */
    public static ConfigRecord encode(Config config) {
        List<Long> owners = List.copyOf(new TreeSet<>(
                config.buckets().stream().filter(gid -> gid != Config.NOBODY).toList()));
        Map<Long, Integer> positions = new HashMap<>();
        positions.put(Config.NOBODY, 0);
        owners.forEach(gid -> positions.put(gid, positions.size()));
        ConfigRecord.Builder encoded =
                ConfigRecord.newBuilder().setVersion(config.version()).addAllOwners(owners);
        config.buckets().forEach(gid -> encoded.addBuckets(positions.get(gid)));
        config.groups().forEach((gid, addresses) -> encoded.addGroups(groupOf(gid, addresses)));
        return encoded.build();
    }

    /**
     * The configuration that {@code encoded} holds.
     *
     * @throws IllegalArgumentException if it holds none
     */
    public static Config decode(ConfigRecord encoded) {
        List<Long> owners = Stream.concat(Stream.of(Config.NOBODY), encoded.getOwnersList().stream())
                .toList();
        List<Long> buckets = encoded.getBucketsList().stream()
                .map(position -> ownerAt(owners, position))
                .toList();
        SortedMap<Long, List<Address>> groups = new TreeMap<>();
        for (Group group : encoded.getGroupsList()) {
            groups.put(group.getGid(), addressesOf(group));
        }
        return new Config(encoded.getVersion(), buckets, groups);
    }

    /** A group as a message. */
    public static Group groupOf(long gid, List<Address> addresses) {
        return Group.newBuilder()
                .setGid(gid)
                .addAllAddresses(addresses.stream().map(Address::text).toList())
                .build();
    }

    /**
     * Where the servers of {@code group} are.
     *
     * @throws IllegalArgumentException if an address is blank
     */
    public static List<Address> addressesOf(Group group) {
        return group.getAddressesList().stream().map(Address::new).toList();
    }

    private static Long ownerAt(List<Long> owners, int position) {
        if (position < 0 || position >= owners.size()) {
            throw new IllegalArgumentException(
                    "a bucket belongs to owner " + Integer.toUnsignedString(position) + " of " + (owners.size() - 1));
        }
        return owners.get(position);
    }
}
