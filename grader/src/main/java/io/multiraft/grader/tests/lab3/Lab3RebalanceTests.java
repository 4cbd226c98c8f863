// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab3;

import io.multiraft.config.Config;
import io.multiraft.config.Rebalancer;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.config.Spread;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.tests.ConfigTrial;
import io.multiraft.grader.tests.Graded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/** Rebalancing, as a pure function of owners and groups. */
final class Lab3RebalanceTests {

    private static List<Long> judged(Rebalancer rebalancer, List<Long> before, Set<Long> gids, String what) {
        List<Long> untouched = List.copyOf(before);
        Set<Long> sameGids = Set.copyOf(gids);
        List<Long> after = rebalancer.rebalance(before, gids);
        if (!untouched.equals(before) || !sameGids.equals(gids)) {
            throw new Violation(Property.DETERMINISM, what + " has changed its arguments: they are not yours.");
        }
        if (after == null || after.contains(null)) {
            throw new Violation(Property.CONFIG_BALANCE, what + " gives null instead of an owner: " + after + ".");
        }
        Spread.judge(untouched, sameGids, after, what);
        return after;
    }

    private static Set<Long> gids(long first, int count) {
        Set<Long> gids = new LinkedHashSet<>();
        LongStream.range(first, first + count).forEach(gids::add);
        return gids;
    }

    /** The same number, boxed anew: owners come from storage and gids from messages, and are never the same objects. */
    private static long anew(Long boxed) {
        return boxed;
    }

    private static List<Long> nobody(int buckets) {
        return new ArrayList<>(Collections.nCopies(buckets, Config.NOBODY));
    }

    @Graded(
            step = "3A",
            points = 6,
            title = "groups come and go one by one, and buckets stay even with few moves",
            runs = 5)
    void groupsComeAndGoOneByOneAndBucketsStayEvenWithFewMoves(ConfigTrial trial) {
        Rebalancer rebalancer = trial.rebalancer();
        for (long base : new long[] {0, 100, 1_000, 5_000_000_000L}) {
            for (int buckets : new int[] {10, 1, 7, 64}) {
                List<Long> owners = nobody(buckets);
                for (int groups = 1; groups <= 12; groups++) {
                    owners = judged(rebalancer, owners, gids(base + 1, groups), "Joining group " + (base + groups));
                }
                for (int groups = 11; groups >= 0; groups--) {
                    owners = judged(
                            rebalancer,
                            owners,
                            gids(base + 1 + (12 - groups) / 2, groups),
                            "Leaving only " + groups + " groups");
                }
            }
        }
    }

    @Graded(step = "3A", points = 8, title = "any owners and any groups: even, with the least moves", runs = 200)
    void anyOwnersAndAnyGroupsEvenWithTheLeastMoves(ConfigTrial trial) {
        SimRandom luck = trial.luck();
        int buckets = 1 + luck.nextInt(luck.chance(500) ? 12 : 200);
        long base = luck.chance(500) ? 0 : luck.nextLong(1L << 40);
        Set<Long> all = new LinkedHashSet<>();
        int groups = luck.nextInt(luck.chance(700) ? 8 : 60);
        for (int i = 0; i < groups; i++) {
            all.add(base + 1 + luck.nextInt(100));
        }
        List<Long> known = new ArrayList<>(all);
        known.add(Config.NOBODY);
        known.add(base + 500); // a group that is gone
        List<Long> owners = new ArrayList<>();
        // a few groups own nearly everything, as after a series of moves
        int favoured = 1 + luck.nextInt(known.size());
        for (int bucket = 0; bucket < buckets; bucket++) {
            owners.add(anew(known.get(luck.nextInt(luck.chance(800) ? favoured : known.size()))));
        }
        judged(trial.rebalancer(), owners, all, "Rebalancing " + buckets + " buckets over " + groups + " groups");
    }

    @Graded(step = "3A", points = 6, title = "the result does not depend on the order in which groups come", runs = 60)
    void theResultDoesNotDependOnTheOrderInWhichGroupsCome(ConfigTrial trial) {
        SimRandom luck = trial.luck();
        Random shuffling = new Random(luck.nextLong());
        List<Long> gids = new ArrayList<>();
        long base = luck.chance(500) ? 0 : luck.nextLong(1L << 40);
        // multiples of a power of two meet in one slot of a hash table, whose order is then that of their arrival
        long[] strides = {1, 17, 16, 64, 1L << 33};
        long stride = strides[luck.nextInt(strides.length)];
        int groups = 2 + luck.nextInt(9);
        for (int i = 0; i < groups; i++) {
            gids.add(base + 1 + i * stride);
        }
        List<Long> owners = nobody(5 + luck.nextInt(40));
        for (int bucket = 0; bucket < owners.size(); bucket++) {
            owners.set(bucket, luck.chance(200) ? Config.NOBODY : anew(gids.get(luck.nextInt(gids.size()))));
        }
        Rebalancer rebalancer = trial.rebalancer();
        List<Long> first = List.copyOf(judged(rebalancer, owners, new LinkedHashSet<>(gids), "Rebalancing"));
        for (int i = 0; i < 6; i++) {
            Collections.shuffle(gids, shuffling);
            // a server that was just started computes the same as one that has computed a lot
            List<Long> again = judged(
                    luck.chance(500) ? rebalancer : trial.rebalancer(),
                    owners,
                    new LinkedHashSet<>(gids),
                    "Rebalancing");
            if (!again.equals(first)) {
                throw new Violation(
                        Property.DETERMINISM,
                        "The groups " + gids + " in this order lead to " + again + ", and in another order, or at a"
                                + " server that was started earlier, to " + first + ": servers would disagree.");
            }
            judged(rebalancer, first, Set.copyOf(gids.subList(0, 1 + luck.nextInt(gids.size()))), "Rebalancing");
        }
    }

    @Graded(step = "3A", points = 5, title = "more groups than buckets, and no groups", runs = 3)
    void moreGroupsThanBucketsAndNoGroups(ConfigTrial trial) {
        Rebalancer rebalancer = trial.rebalancer();
        for (int buckets : new int[] {1, 3, 10}) {
            List<Long> owners = judged(rebalancer, nobody(buckets), gids(1, 2), "Joining 2 groups");
            owners = judged(rebalancer, owners, gids(1, buckets + 1), "Joining up to one group more than buckets");
            owners = judged(rebalancer, owners, gids(1, 3 * buckets + 5), "Joining many more groups than buckets");
            owners = judged(rebalancer, owners, gids(buckets, 2 * buckets + 6), "Leaving of groups, still too many");
            owners = judged(rebalancer, owners, Set.of(), "Leaving of all groups");
            judged(rebalancer, owners, gids(900, 1), "Joining one group after all had left");
        }
    }

    @Graded(step = "3A", points = 5, title = "65,536 buckets over 1,000 groups", runs = 1)
    void manyBucketsOverManyGroups(ConfigTrial trial) {
        Rebalancer rebalancer = trial.rebalancer();
        List<Long> owners = judged(rebalancer, nobody(Config.MAX_BUCKETS), gids(1, 999), "Joining 999 groups");
        owners = judged(rebalancer, owners, gids(1, 1_000), "Joining group 1000");
        judged(rebalancer, owners, gids(501, 500), "Leaving of 500 groups");
    }
}
