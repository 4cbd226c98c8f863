// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.config;

import io.multiraft.config.Config;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whether buckets are spread over groups as evenly as can be, with as few moves as can be. */
public final class Spread {
    private Spread() {}

    /**
     * Judges a rebalancing.
     *
     * @param before owners before; some may be gone
     * @param gids the groups that are to own the buckets
     * @param after owners after
     * @param what was done, for messages
     */
    public static void judge(List<Long> before, Collection<Long> gids, List<Long> after, String what) {
        Violation.unless(
                after.size() == before.size(),
                Property.CONFIG_BALANCE,
                () -> what + " makes of " + before.size() + " buckets " + after.size() + ".");
        if (gids.isEmpty()) {
            Violation.unless(
                    after.stream().allMatch(owner -> owner == Config.NOBODY),
                    Property.CONFIG_BALANCE,
                    () -> "Without groups nobody owns a bucket, but " + what + " leaves the owners " + shown(after)
                            + ".");
            return;
        }
        balanced(gids, after, what);
        long moves = moves(before, after);
        long least = leastMoves(before, gids);
        Violation.unless(
                moves == least,
                Property.CONFIG_MINIMAL_MOVES,
                () -> what + " needs " + least + " buckets to get another owner, but " + moves + " did: "
                        + shown(before) + " became " + shown(after) + ".");
    }

    private static void balanced(Collection<Long> gids, List<Long> after, String what) {
        Map<Long, Integer> owned = new TreeMap<>();
        gids.forEach(gid -> owned.put(gid, 0));
        for (Long owner : after) {
            Violation.unless(
                    owned.containsKey(owner),
                    Property.CONFIG_BALANCE,
                    () -> what + " gives a bucket to " + owner + ", but the groups are "
                            + shown(List.copyOf(owned.keySet())) + ".");
            owned.merge(owner, 1, Integer::sum);
        }
        Map.Entry<Long, Integer> least = Collections.min(owned.entrySet(), Map.Entry.comparingByValue());
        Map.Entry<Long, Integer> most = Collections.max(owned.entrySet(), Map.Entry.comparingByValue());
        Violation.unless(
                most.getValue() - least.getValue() <= 1,
                Property.CONFIG_BALANCE,
                () -> what + " leaves group " + most.getKey() + " with " + most.getValue() + " buckets and group "
                        + least.getKey() + " with " + least.getValue() + "; they may differ by one.");
    }

    private static long moves(List<Long> before, List<Long> after) {
        long moves = 0;
        for (int bucket = 0; bucket < before.size(); bucket++) {
            moves += before.get(bucket).equals(after.get(bucket)) ? 0 : 1;
        }
        return moves;
    }

    /** The larger shares go to the groups that own most already: then as much as possible can stay. */
    static long leastMoves(List<Long> before, Collection<Long> gids) {
        Map<Long, Integer> owned = new HashMap<>();
        gids.forEach(gid -> owned.put(gid, 0));
        before.forEach(owner -> owned.computeIfPresent(owner, (gid, buckets) -> buckets + 1));
        int share = before.size() / owned.size();
        int larger = before.size() % owned.size();
        List<Integer> descending = owned.values().stream()
                .sorted((left, right) -> Integer.compare(right, left))
                .toList();
        long stay = 0;
        for (int i = 0; i < descending.size(); i++) {
            stay += Math.min(descending.get(i), i < larger ? share + 1 : share);
        }
        return before.size() - stay;
    }

    private static String shown(List<Long> owners) {
        return owners.size() <= 40
                ? owners.toString()
                : owners.subList(0, 40).toString().replace("]", ", … (" + owners.size() + " in all)]");
    }
}
