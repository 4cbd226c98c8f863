// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab4;

import static io.multiraft.grader.tests.ShardCluster.command;

import io.multiraft.config.Config;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.ShardCluster;
import io.multiraft.grader.tests.ShardTrial;
import io.multiraft.grader.tests.StoreClient;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.shard.ShardOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Buckets that stay, and buckets that have arrived, are served, whatever the others wait for. */
final class Lab4AvailabilityTests {
    private static final long MS = 1_000;

    /** What concerns a bucket that stays is answered within this time. */
    private static final Duration STAYING = Duration.ofMillis(1_500);

    /** A bucket that nothing holds up has arrived after this time. */
    private static final Duration ARRIVING = Duration.ofSeconds(4);

    /** Appends to a key in each bucket that fits, each by a client of its own, and demands an answer within {@code limit}. */
    private static void served(
            ShardCluster cluster, Map<Integer, StoreClient> clients, IntPredicate buckets, Duration limit, String why) {
        Map<Integer, StoreClient.Pending> appends = new TreeMap<>();
        IntStream.range(0, 10).filter(buckets).forEach(bucket -> {
            String key = cluster.keyOf(bucket);
            String value = cluster.newValue(key);
            StoreClient client = clients.computeIfAbsent(bucket, none -> cluster.wireClient());
            appends.put(bucket, client.begin(command(Operation.APPEND, key, value)));
            cluster.appended(key, value);
        });
        cluster.await(limit, () -> appends.values().stream().allMatch(StoreClient.Pending::isDone));
        List<Integer> missing = appends.keySet().stream()
                .filter(bucket -> !appends.get(bucket).isDone())
                .toList();
        cluster.expect(
                missing.isEmpty(),
                Property.AVAILABILITY,
                () -> "buckets " + appends.keySet() + " are served, " + why + ", but for " + limit.toMillis()
                        + " ms nobody has answered a command on buckets " + missing + ", whose owners are groups "
                        + missing.stream().map(cluster::ownerOf).distinct().toList() + ". " + cluster.picture());
    }

    /** What waits for somebody who is down must still wait, or nothing was tested. */
    private static void waits(ShardCluster cluster, IntPredicate buckets) {
        cluster.expect(
                IntStream.range(0, 10).noneMatch(buckets) || !cluster.isSettledWithin(Duration.ofMillis(1)),
                Property.SINGLE_OWNER,
                () -> "no group serves a bucket that nobody but a group that is out of reach has");
    }

    @Graded(step = "4C", points = 6, title = "buckets that stay are served while a group waits for others", runs = 4)
    void bucketsThatStayAreServedWhileAGroupWaitsForOthers(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(3);
        cluster.join(1, 2, 3);
        cluster.settle();
        StoreClient client = cluster.client();
        cluster.fill(client);
        long down = 1L + trial.luck().nextInt(3);
        List<Integer> waiting = cluster.bucketsOf(down);
        cluster.group(down).crashAll();
        cluster.leave(down);
        cluster.runMillis(trial.luck().nextInt(500));
        Map<Integer, StoreClient> clients = new HashMap<>();
        for (int round = 0; round < 5; round++) {
            served(
                    cluster,
                    clients,
                    bucket -> !waiting.contains(bucket),
                    STAYING,
                    "because their groups have had them all the time, while they wait for other buckets of group "
                            + down + ", which is down");
            cluster.runMillis(400);
        }
        waits(cluster, waiting::contains);
        cluster.group(down).restartAll();
        cluster.settle("group " + down + " is back");
        cluster.appendToAll(client);
        cluster.expectEverything(client, "group " + down + " has handed out what it had");
    }

    @Graded(
            step = "4C",
            points = 6,
            title = "a bucket that has arrived is served, whatever its group still waits for",
            runs = 4)
    void aBucketThatHasArrivedIsServedWhateverItsGroupStillWaitsFor(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(3);
        cluster.join(1, 2);
        cluster.settle();
        StoreClient client = cluster.client();
        cluster.fill(client);
        long first = 1L + trial.luck().nextInt(2);
        for (long down : List.of(first, 3 - first)) { // whichever it is that group 3 asks first
            whatComesFromTheOtherIsServed(cluster, down);
            cluster.join(1, 2);
            cluster.leave(3);
            cluster.settle("groups 1 and 2 are back");
        }
        cluster.appendToAll(client);
        cluster.expectEverything(client, "all groups have had everything");
    }

    private static void whatComesFromTheOtherIsServed(ShardCluster cluster, long down) {
        List<Integer> waiting = cluster.bucketsOf(down);
        cluster.leave(1, 2);
        cluster.settle();
        long version = cluster.latest().version();
        cluster.awaitVersion(1, version, Duration.ofSeconds(5));
        cluster.awaitVersion(2, version, Duration.ofSeconds(5));
        cluster.group(down).crashAll();
        cluster.join(3);
        Map<Integer, StoreClient> clients = new HashMap<>();
        for (int round = 0; round < 3; round++) {
            served(
                    cluster,
                    clients,
                    bucket -> !waiting.contains(bucket),
                    round == 0 ? ARRIVING : STAYING,
                    "because group 3 gets them from group " + (3 - down) + ", which runs, while it waits for those of"
                            + " group " + down + ", which is down");
        }
        waits(cluster, waiting::contains);
        cluster.group(down).restartAll();
        cluster.settle("group " + down + " is back");
    }

    @Graded(step = "4C", points = 4, title = "a large bucket on its way holds up nobody", runs = 3)
    void aLargeBucketOnItsWayHoldsUpNobody(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(List.of(1L, 2L), 10, ShardOptions.DEFAULT.withChunkBytes(1));
        cluster.join(1, 2);
        cluster.settle();
        StoreClient client = cluster.client();
        cluster.fill(client);
        int large = cluster.bucketsOf(1).get(trial.luck().nextInt(5));
        cluster.keysOf(large).limit(80).toList().forEach(key -> cluster.write(client, key, 10));
        for (String method : List.of("Pull", "Push")) {
            cluster.add(new Fault.Hold(
                    0, 20_000 * MS, List.of("groups"), List.of("groups"), method, true, 1_000_000, 80 * MS));
        }
        cluster.move(large, 2);
        Map<Integer, StoreClient> clients = new HashMap<>();
        for (int round = 0; round < 5; round++) {
            served(
                    cluster,
                    clients,
                    bucket -> bucket != large,
                    STAYING,
                    "because only bucket " + large + " moves, which takes its time");
            cluster.runMillis(300);
        }
        waits(cluster, bucket -> bucket == large);
        cluster.settle();
        cluster.appendToAll(client);
        cluster.expectEverything(client, "the large bucket has arrived");
    }

    @Graded(step = "4C", points = 9, title = "whoever is out of reach, only what comes from there waits", runs = 16)
    void whoeverIsOutOfReachOnlyWhatComesFromThereWaits(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(4);
        long[] first = LongStream.rangeClosed(1, 3 + trial.luck().nextInt(2)).toArray();
        cluster.join(first);
        cluster.settle();
        StoreClient client = cluster.client();
        cluster.fill(client);
        Config before = cluster.latest();
        long out = 1L + trial.luck().nextInt(3);
        boolean crashed = trial.luck().nextBoolean();
        cut(cluster, out, crashed);
        change(cluster, trial, out, first.length);
        Config after = cluster.latest();
        IntPredicate movesFromOut =
                bucket -> before.buckets().get(bucket) == out && after.buckets().get(bucket) != out;
        IntPredicate mustBeServed = bucket -> {
            long from = before.buckets().get(bucket);
            long to = after.buckets().get(bucket);
            return to != Config.NOBODY && (to == out ? !crashed && from == out : from != out);
        };
        Map<Integer, StoreClient> clients = new HashMap<>();
        String why = "because neither of their former and their present groups is group " + out + ", which "
                + (crashed ? "is down" : "reaches no other group");
        for (int round = 0; round < 4; round++) {
            served(cluster, clients, mustBeServed, round == 0 ? ARRIVING : STAYING, why);
            cluster.runMillis(200);
        }
        waits(cluster, movesFromOut);
        cluster.healNetwork();
        cluster.group(out).restartAll();
        cluster.settle("everybody reaches everybody again");
        cluster.appendToAll(client);
        cluster.expectEverything(client, "all buckets have arrived");
    }

    /** A group is down, or does not reach other groups. */
    private static void cut(ShardCluster cluster, long out, boolean crashed) {
        if (crashed) {
            cluster.group(out).crashAll();
            return;
        }
        cluster.gids().stream().filter(gid -> gid != out).forEach(gid -> cluster.cutGroups(out, gid));
    }

    /** One new configuration in which somebody needs something of {@code out}. */
    private static void change(ShardCluster cluster, ShardTrial trial, long out, int joined) {
        List<Long> leaving = new ArrayList<>(List.of(out));
        if (trial.luck().nextBoolean()) {
            leaving.add(out % 3 + 1);
        }
        switch (joined == 3 ? trial.luck().nextInt(3) : 1 + trial.luck().nextInt(2)) {
            case 0 -> cluster.join(4);
            case 1 -> cluster.leave(leaving.stream().mapToLong(Long::longValue).toArray());
            default -> cluster.move(cluster.bucketsOf(out).get(0), out % 3 + 1);
        }
    }
}
