// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import io.multiraft.config.Config;
import io.multiraft.config.Rebalancer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Spreads buckets evenly and moves no bucket without need.
 *
 * <p>With n buckets and g groups, n mod g groups must have one bucket more than the others, which have n / g. Those that
 * have the most already are the ones to keep it. Then each group gives away what it has too much, and no more.
 */
final class Rebalancing implements Rebalancer {

    @Override
    public List<Long> rebalance(List<Long> buckets, Set<Long> gids) {
        // region 3A | throw new TodoException("3A", "spread the buckets evenly, with the fewest moves");
        if (gids.isEmpty()) {
            return Collections.nCopies(buckets.size(), Config.NOBODY);
        }
        SortedMap<Long, Integer> room = quotas(buckets, gids);
        List<Long> owners = new ArrayList<>(buckets.size());
        // a bucket stays where it is as long as its owner has room for it ...
        buckets.forEach(gid -> owners.add(takeRoom(room, gid) ? gid : Config.NOBODY));
        // ... and the others go to those who have room left
        Iterator<Long> vacancies = room.entrySet().stream()
                .flatMap(group -> Collections.nCopies(group.getValue(), group.getKey()).stream())
                .iterator();
        owners.replaceAll(gid -> gid == Config.NOBODY ? vacancies.next() : gid);
        return owners;
        // endregion
    }

    // region 3A
    /** How many buckets each group is to own, by gid. */
    private static SortedMap<Long, Integer> quotas(List<Long> buckets, Set<Long> gids) {
        Map<Long, Integer> owned = new HashMap<>();
        gids.forEach(gid -> owned.put(gid, 0));
        buckets.forEach(gid -> owned.computeIfPresent(gid, (owner, count) -> count + 1));
        // gids decide between equals, so that the order in which they come does not
        List<Long> fullestFirst = new ArrayList<>(gids);
        fullestFirst.sort(
                Comparator.<Long, Integer>comparing(owned::get).reversed().thenComparing(gid -> gid));
        int share = buckets.size() / gids.size();
        int withOneMore = buckets.size() % gids.size();
        SortedMap<Long, Integer> quotas = new TreeMap<>();
        for (int i = 0; i < fullestFirst.size(); i++) {
            quotas.put(fullestFirst.get(i), i < withOneMore ? share + 1 : share);
        }
        return quotas;
    }

    /** Takes one bucket's room of {@code gid}, if it is a group that has some left. */
    private static boolean takeRoom(SortedMap<Long, Integer> room, Long gid) {
        int left = room.getOrDefault(gid, 0);
        if (left > 0) {
            room.put(gid, left - 1);
        }
        return left > 0;
    }
    // endregion
}
