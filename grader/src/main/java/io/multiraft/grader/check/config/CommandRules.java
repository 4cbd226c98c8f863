// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.config;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.Group;
import io.multiraft.config.rpc.Join;
import io.multiraft.config.rpc.Leave;
import io.multiraft.config.rpc.Move;
import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a Join, Leave or Move may do to a configuration, as the handout of step 3B says. */
public final class CommandRules {
    private CommandRules() {}

    /** The groups after {@code command}; empty if it makes no sense in {@code before} and must be refused. */
    static Optional<Map<Long, List<Address>>> groupsAfter(Config before, ConfigCommand command) {
        return switch (command.getCommandCase()) {
            case JOIN -> afterJoin(before, command.getJoin());
            case LEAVE -> afterLeave(before, command.getLeave());
            case MOVE -> afterMove(before, command.getMove());
            case QUERY, COMMAND_NOT_SET -> Optional.empty();
        };
    }

    private static Optional<Map<Long, List<Address>>> afterJoin(Config before, Join join) {
        Map<Long, List<Address>> groups = new TreeMap<>(before.groups());
        Set<String> addresses = new HashSet<>();
        before.groups().values().forEach(each -> each.forEach(address -> addresses.add(address.text())));
        for (Group group : join.getGroupsList()) {
            boolean newcomer = group.getGid() > 0 && !groups.containsKey(group.getGid());
            if (!newcomer || group.getAddressesCount() == 0 || !areFree(group.getAddressesList(), addresses)) {
                return Optional.empty();
            }
            groups.put(group.getGid(), ConfigEncoding.addressesOf(group));
        }
        return join.getGroupsCount() == 0 ? Optional.empty() : Optional.of(groups);
    }

    /** Whether {@code candidates} are addresses that nobody has; they are added to {@code taken}. */
    private static boolean areFree(List<String> candidates, Set<String> taken) {
        for (String candidate : candidates) {
            if (candidate.isBlank() || candidate.length() > Config.MAX_ADDRESS_LENGTH || !taken.add(candidate)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Map<Long, List<Address>>> afterLeave(Config before, Leave leave) {
        Map<Long, List<Address>> groups = new TreeMap<>(before.groups());
        for (long gid : leave.getGidsList()) {
            if (groups.remove(gid) == null) {
                return Optional.empty();
            }
        }
        return leave.getGidsCount() == 0 ? Optional.empty() : Optional.of(groups);
    }

    private static Optional<Map<Long, List<Address>>> afterMove(Config before, Move move) {
        boolean exists =
                move.getBucket() >= 0 && move.getBucket() < before.buckets().size();
        return exists && before.groups().containsKey(move.getGid()) ? Optional.of(before.groups()) : Optional.empty();
    }

    /**
     * The buckets after {@code command}, which makes sense in {@code before}, if only one result is right; empty if it
     * rebalances.
     */
    static Optional<List<Long>> bucketsAfter(Config before, ConfigCommand command) {
        if (command.hasMove()) {
            List<Long> moved = new ArrayList<>(before.buckets());
            moved.set(command.getMove().getBucket(), command.getMove().getGid());
            return Optional.of(moved);
        }
        return command.hasJoin() && command.getJoin().getNoRebalance()
                ? Optional.of(before.buckets())
                : Optional.empty();
    }

    /** {@code command} in words. */
    public static String describe(ConfigCommand command) {
        return switch (command.getCommandCase()) {
            case JOIN ->
                "Join"
                        + command.getJoin().getGroupsList().stream()
                                .map(Group::getGid)
                                .toList()
                        + (command.getJoin().getNoRebalance() ? " without rebalancing" : "");
            case LEAVE -> "Leave" + command.getLeave().getGidsList();
            case MOVE ->
                "Move(bucket " + command.getMove().getBucket() + " to "
                        + command.getMove().getGid() + ")";
            case QUERY -> "Query(" + command.getQuery().getVersion() + ")";
            case COMMAND_NOT_SET -> "A command that says nothing";
        };
    }
}
