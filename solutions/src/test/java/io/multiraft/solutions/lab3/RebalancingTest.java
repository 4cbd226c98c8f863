// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.config.Config;
import io.multiraft.config.Rebalancer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RebalancingTest {
    private final Rebalancer rebalancer = new Rebalancing();

    // ---- by hand ----------------------------------------------------------------------------------------------------

    @Test
    void theFirstGroupGetsAllBuckets() {
        assertThat(rebalance("0000000000", 1)).isEqualTo("1111111111");
    }

    @Test
    void aSecondGroupGetsHalfOfThem() {
        assertThat(rebalance("1111111111", 1, 2)).isEqualTo("1111122222");
    }

    @Test
    void whoHasMoreAlreadyKeepsMore() {
        // the smallest gid is not the one that has four: three moves, not four
        assertThat(rebalance("2222211111", 1, 2, 3)).isEqualTo("2223311113");
        assertThat(moves("1122223333", rebalance("1122223333", 1, 2, 3))).isEqualTo(1);
    }

    @Test
    void whenTheLastGroupLeavesNobodyOwnsABucket() {
        assertThat(rebalance("1111111111")).isEqualTo("0000000000");
    }

    @Test
    void groupsInExcessOwnNothing() {
        assertThat(rebalance("000", 1, 2, 3, 4, 5)).isEqualTo("123");
        assertThat(rebalance("333", 1, 2, 3, 4, 5)).isEqualTo("312");
    }

    @Test
    void bucketsOfThoseWhoLeaveGoToThoseWhoStayOnly() {
        assertThat(rebalance("1112223334", 2, 4)).isEqualTo("2242224444");
    }

    @Test
    void gidsThatDoNotFitAByteAreTheSameWhenTheyAreEqual() {
        long gid = 1_000_000_007L;
        List<Long> buckets =
                List.of(Long.valueOf(gid), Long.valueOf(gid + 1), Long.valueOf(gid), Long.valueOf(gid + 1));
        assertThat(rebalancer.rebalance(buckets, Set.of(gid, gid + 1))).isEqualTo(buckets);
    }

    @Test
    void theLargestClusterIsRebalancedInATrice() {
        List<Long> buckets = Collections.nCopies(Config.MAX_BUCKETS, Config.NOBODY);
        long before = cpuNanos();
        List<Long> first = rebalancer.rebalance(buckets, gids(1_000));
        List<Long> second = rebalancer.rebalance(first, gids(999));
        long millis = (cpuNanos() - before) / 1_000_000;
        assertThat(moved(first, second)).isEqualTo(fewestMoves(first, gids(999)));
        assertThat(millis).as("CPU milliseconds of both").isLessThan(1_000);
    }

    // ---- for all ----------------------------------------------------------------------------------------------------

    @Property(seed = "20261125")
    void bucketsAreSpreadEvenlyWithTheFewestMoves(
            @ForAll("buckets") List<Long> buckets, @ForAll("gids") Set<Long> gids) {
        List<Long> owners = rebalancer.rebalance(buckets, gids);
        assertThat(isBalanced(owners, gids)).as("%s", owners).isTrue();
        assertThat(moved(buckets, owners)).isEqualTo(fewestMoves(buckets, gids));
        assertThat(rebalancer.rebalance(owners, gids)).as("twice").isEqualTo(owners);
    }

    @Property(seed = "20261125")
    void theOrderOfGroupsDoesNotMatter(
            @ForAll("buckets") List<Long> buckets, @ForAll("gids") Set<Long> gids, @ForAll Random random) {
        List<Long> shuffled = new ArrayList<>(gids);
        Collections.shuffle(shuffled, random);
        List<Long> owners = rebalancer.rebalance(buckets, new TreeSet<>(gids));
        assertThat(rebalancer.rebalance(buckets, new LinkedHashSet<>(shuffled))).isEqualTo(owners);
        assertThat(rebalancer.rebalance(buckets, new HashSet<>(shuffled))).isEqualTo(owners);
        assertThat(rebalancer.rebalance(buckets, Set.copyOf(shuffled))).isEqualTo(owners);
    }

    @Property(tries = 300, seed = "20261125")
    void everyStepOfALongHistoryMovesAsLittleAsItCan(
            @ForAll @IntRange(min = 1, max = 40) int nBuckets,
            @ForAll @Size(max = 30) List<@LongRange(min = 1, max = 12) Long> toggled) {
        List<Long> buckets = Collections.nCopies(nBuckets, Config.NOBODY);
        Set<Long> gids = new TreeSet<>();
        for (Long gid : toggled) {
            if (!gids.remove(gid)) {
                gids.add(gid);
            }
            List<Long> owners = rebalancer.rebalance(buckets, gids);
            assertThat(isBalanced(owners, gids)).isTrue();
            assertThat(moved(buckets, owners)).isEqualTo(fewestMoves(buckets, gids));
            buckets = owners;
        }
    }

    // ---- the closed form
    // ---------------------------------------------------------------------------------------------

    /** Every case with up to six buckets and three groups, against a search through all assignments. */
    @Test
    void theClosedFormIsTheLeastThatASearchFinds() {
        for (int nBuckets = 1; nBuckets <= 6; nBuckets++) {
            for (int nGroups = 0; nGroups <= 3; nGroups++) {
                Set<Long> gids = gids(nGroups);
                List<List<Long>> balanced = assignments(nBuckets, nGroups).stream()
                        .filter(each -> isBalanced(each, gids))
                        .toList();
                // gid 4 is a group that has left
                for (List<Long> buckets : assignments(nBuckets, 4)) {
                    int least = balanced.stream()
                            .mapToInt(each -> moved(buckets, each))
                            .min()
                            .orElseThrow();
                    assertThat(fewestMoves(buckets, gids)).isEqualTo(least);
                }
            }
        }
    }

    /**
     * The least number of buckets whose owner changes. Without need none moves; so a group gives away what it has beyond
     * its quota, and the quotas that are greater by one go to groups that would have to give away that bucket.
     */
    private static int fewestMoves(List<Long> buckets, Set<Long> gids) {
        if (gids.isEmpty()) {
            return (int) buckets.stream().filter(gid -> gid != Config.NOBODY).count();
        }
        int share = buckets.size() / gids.size();
        int withOneMore = buckets.size() % gids.size();
        int orphans = (int) buckets.stream().filter(gid -> !gids.contains(gid)).count();
        int beyondShare = gids.stream()
                .mapToInt(gid -> Math.max(0, Collections.frequency(buckets, gid) - share))
                .sum();
        int rich = (int) gids.stream()
                .filter(gid -> Collections.frequency(buckets, gid) > share)
                .count();
        return orphans + beyondShare - Math.min(withOneMore, rich);
    }

    private static boolean isBalanced(List<Long> owners, Set<Long> gids) {
        if (gids.isEmpty()) {
            return owners.stream().allMatch(gid -> gid == Config.NOBODY);
        }
        List<Integer> counts =
                gids.stream().map(gid -> Collections.frequency(owners, gid)).toList();
        return gids.containsAll(owners) && Collections.max(counts) - Collections.min(counts) <= 1;
    }

    private static int moved(List<Long> before, List<Long> after) {
        return (int) IntStream.range(0, before.size())
                .filter(bucket -> !before.get(bucket).equals(after.get(bucket)))
                .count();
    }

    /** All ways to give buckets to groups 0 (nobody) to {@code maxGid}. */
    private static List<List<Long>> assignments(int nBuckets, int maxGid) {
        List<List<Long>> all = List.of(List.of());
        for (int bucket = 0; bucket < nBuckets; bucket++) {
            all = all.stream()
                    .flatMap(prefix -> LongStream.rangeClosed(0, maxGid).mapToObj(gid -> {
                        List<Long> longer = new ArrayList<>(prefix);
                        longer.add(gid);
                        return longer;
                    }))
                    .map(List::copyOf)
                    .toList();
        }
        return all;
    }

    // ---- helpers
    // -----------------------------------------------------------------------------------------------------

    @Provide
    Arbitrary<List<Long>> buckets() {
        return Arbitraries.longs().between(0, 9).list().ofMinSize(1).ofMaxSize(60);
    }

    @Provide
    Arbitrary<Set<Long>> gids() {
        return Arbitraries.longs().between(1, 12).set().ofMaxSize(12);
    }

    /** Of this thread, so that other work on the machine does not count. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Set<Long> gids(int count) {
        return new TreeSet<>(LongStream.rangeClosed(1, count).boxed().toList());
    }

    /** Owners as a digit each. */
    private String rebalance(String buckets, long... gids) {
        Set<Long> groups = new TreeSet<>(LongStream.of(gids).boxed().toList());
        StringBuilder digits = new StringBuilder();
        rebalancer.rebalance(owners(buckets), groups).forEach(digits::append);
        return digits.toString();
    }

    private static int moves(String before, String after) {
        return moved(owners(before), owners(after));
    }

    private static List<Long> owners(String digits) {
        return digits.chars().mapToObj(digit -> (long) (digit - '0')).toList();
    }
}
