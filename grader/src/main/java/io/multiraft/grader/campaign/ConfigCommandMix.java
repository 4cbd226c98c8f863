// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.Group;
import io.multiraft.config.rpc.Join;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Draws commands for config servers: of groups that come and go with ever new addresses, so that each Join is another one,
 * and some commands that make no sense, always or at times.
 */
public final class ConfigCommandMix {
    private final int nBuckets;
    private final long gidBase;
    private final int groups;

    /** Addresses that some Join has named. */
    private final List<String> used = new ArrayList<>();

    private int joins;

    /** Commands about {@code groups} groups, whose gids are above {@code gidBase}. */
    public ConfigCommandMix(int nBuckets, long gidBase, int groups) {
        this.nBuckets = nBuckets;
        this.gidBase = gidBase;
        this.groups = groups;
    }

    /** A Join, Leave or Move, or something else that is to be refused. */
    public ConfigCommand change(SimRandom luck) {
        return switch (luck.nextInt(9)) {
            case 0, 1, 2, 3 -> join(luck);
            case 4, 5 -> ConfigCommands.leave(gids(luck));
            case 6, 7 -> ConfigCommands.move(luck.nextInt(nBuckets), gid(luck));
            default -> nonsense(luck);
        };
    }

    private ConfigCommand join(SimRandom luck) {
        Join.Builder join = Join.newBuilder().setNoRebalance(luck.chance(250));
        gids(luck).forEach(gid -> join.addGroups(group(gid, luck)));
        return command(join);
    }

    private Group group(long gid, SimRandom luck) {
        joins++;
        List<Address> addresses = new ArrayList<>(IntStream.rangeClosed(1, 1 + luck.nextInt(3))
                .mapToObj(server -> new Address("g" + gid + "-" + (9 - server) + ":" + joins))
                .toList());
        if (!used.isEmpty() && luck.chance(80)) {
            addresses.add(new Address(used.get(luck.nextInt(used.size())))); // whose it is depends on what came before
        }
        addresses.forEach(address -> used.add(address.text()));
        return ConfigEncoding.groupOf(gid, addresses);
    }

    private long gid(SimRandom luck) {
        return gidBase + 1 + luck.nextInt(groups);
    }

    /** In the order in which they were drawn. */
    private Set<Long> gids(SimRandom luck) {
        Set<Long> gids = new LinkedHashSet<>();
        int count = 1 + luck.nextInt(3);
        for (int i = 0; i < count; i++) {
            gids.add(gid(luck));
        }
        return gids;
    }

    /** A command that makes no sense in any configuration. */
    private ConfigCommand nonsense(SimRandom luck) {
        long gid = gid(luck);
        return switch (luck.nextInt(12)) {
            case 0 -> ConfigCommand.getDefaultInstance();
            case 1 -> command(Join.newBuilder());
            case 2 -> command(Join.newBuilder().addGroups(group(-luck.nextInt(2), luck)));
            case 3 -> command(Join.newBuilder().addGroups(group(gid, luck)).addGroups(group(gid, luck)));
            case 4 -> command(Join.newBuilder().addGroups(Group.newBuilder().setGid(gid)));
            case 5 ->
                command(Join.newBuilder().addGroups(group(gid, luck).toBuilder().addAddresses("")));
            case 6 -> command(Join.newBuilder().addGroups(twice(group(gid, luck))));
            case 7 ->
                command(Join.newBuilder()
                        .addGroups(
                                group(gid, luck).toBuilder().addAddresses("x".repeat(Config.MAX_ADDRESS_LENGTH + 1))));
            case 8 -> ConfigCommands.leave(List.of());
            case 9 -> ConfigCommands.leave(List.of(gid, gid));
            case 10 -> ConfigCommands.move(luck.chance(500) ? nBuckets : -1, gid);
            default -> ConfigCommands.move(luck.nextInt(nBuckets), Config.NOBODY);
        };
    }

    private static Group twice(Group group) {
        return group.toBuilder().addAddresses(group.getAddresses(0)).build();
    }

    private static ConfigCommand command(Join.Builder join) {
        return ConfigCommand.newBuilder().setJoin(join).build();
    }
}
