// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab4;

import static io.multiraft.grader.tests.ShardCluster.command;

import io.multiraft.config.ConfigCommands;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.grader.campaign.ShardWireClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.ShardCluster;
import io.multiraft.grader.tests.ShardTrial;
import io.multiraft.grader.tests.StoreClient;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.shard.ShardOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Buckets move from group to group, with all that belongs to them, whatever the configurations do. */
final class Lab4MigrationTests {
    private static final long MS = 1_000;
    private static final String CONFIG = ConfigServiceGrpc.getDoCommandMethod().getFullMethodName();

    @Graded(
            step = "4B",
            points = 2,
            title = "a group that joins gets its buckets, and one that leaves gives them all away",
            runs = 3)
    void aGroupThatJoinsGetsItsBucketsAndOneThatLeavesGivesThemAway(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1);
        StoreClient client = cluster.client();
        cluster.fill(client);
        cluster.join(2);
        cluster.settle();
        cluster.appendToAll(client);
        cluster.expectEverything(client, "group 2 has taken its buckets over");
        cluster.leave(1);
        cluster.settle();
        cluster.group(1).crashAll();
        cluster.appendToAll(client);
        cluster.expectEverything(client, "group 2 has taken all buckets over, and group 1 is needed no more");
        moved(cluster);
    }

    /** A test of migration in which nothing has moved has tested nothing. */
    static void moved(ShardCluster cluster) {
        cluster.expect(
                cluster.handovers() > 0,
                Property.HANDOVER,
                () -> "buckets are written in their next group, but none was");
    }

    @Graded(step = "4B", points = 3, title = "a bucket moves in parts, and nothing of it is missing", runs = 3)
    void aBucketMovesInPartsAndNothingOfItIsMissing(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(List.of(1L, 2L), 3, ShardOptions.DEFAULT.withChunkBytes(400));
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        List<String> keys = cluster.keysOf(1).limit(30).toList();
        for (String key : keys) {
            // one is longer than a part may be
            cluster.write(client, key, key.equals(keys.get(7)) ? 1_500 : 30);
        }
        long parts = cluster.parts();
        cluster.move(1, 2);
        cluster.settle();
        cluster.expect(
                cluster.parts() - parts >= 4,
                Property.SIZE_BUDGET,
                () -> "2,500 bytes of records move in parts of at most 400, but moved in " + (cluster.parts() - parts));
        cluster.expectEverything(client, "bucket 1 has moved as it was");
        for (String key : keys.subList(0, 5)) {
            cluster.append(client, key);
        }
        cluster.move(1, 1);
        cluster.settle();
        cluster.expectEverything(client, "bucket 1 has moved there and back");
        moved(cluster);
    }

    @Graded(step = "4B", points = 2, title = "two groups exchange buckets and do not wait for each other", runs = 3)
    void twoGroupsExchangeBucketsAndDoNotWaitForEachOther(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1, 2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        int ofFirst = cluster.bucketsOf(1).get(0);
        int ofSecond = cluster.bucketsOf(2).get(0);
        for (int round = 0; round < 3; round++) {
            // who is behind still waits for the first bucket when the other one waits for the second
            long behind = round % 2 == 0 ? 2 : 1;
            cluster.cutFromConfig(behind);
            cluster.move(ofFirst, round % 2 == 0 ? 2 : 1);
            cluster.move(ofSecond, round % 2 == 0 ? 1 : 2);
            cluster.runMillis(trial.luck().nextInt(600));
            cluster.mendConfig(behind);
            cluster.settle("each group hands out what it has lost, also while it waits for another bucket itself");
            cluster.appendToAll(client);
            cluster.expectEverything(client, "the buckets were exchanged");
        }
        moved(cluster);
    }

    @Graded(
            step = "4B",
            points = 1,
            title = "a command that stands behind the loss of its bucket in the log is turned away",
            runs = 3)
    void aCommandBehindTheLossOfItsBucketIsTurnedAway(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        Address leader = cluster.leader(1);
        for (int node : cluster.group(1).others(cluster.group(1).awaitLeader())) {
            // what is in the leader's log is committed long after the configuration before it
            cluster.group(1).slowDisk(node, Duration.ofMillis(110));
        }
        String key = cluster.keysOf(5).skip(2).findFirst().orElseThrow();
        Set<String> acknowledged = new TreeSet<>();
        cluster.begin(ConfigCommands.move(5, 2));
        for (int number = 0; number < 150; number++) {
            ShardWireClient wire = cluster.wire(3_000 + number);
            String value = "behind" + number + ";";
            wire.send(leader, wire.request(1, command(Operation.APPEND, key, value)), reply -> {
                if (reply.getError() == ErrorCode.OK) {
                    acknowledged.add(value);
                }
            });
            cluster.runMillis(4);
        }
        cluster.settle("only the disks of two servers are slow");
        cluster.append(client, cluster.keyOf(5));
        cluster.runMillis(1_000);
        ShardWireClient wire = cluster.wire(2_999);
        String found = cluster.ask(wire, cluster.leader(2), wire.request(1, command(Operation.GET, key, "")))
                .map(reply -> reply.getValue().toStringUtf8())
                .orElse("");
        acknowledged.removeIf(found::contains);
        cluster.expect(
                acknowledged.isEmpty(),
                Property.HANDOVER,
                () -> "group 2 has all appends to key " + key
                        + " in bucket 5 that group 1 has acknowledged before it lost" + " the bucket with version "
                        + cluster.latest().version() + ", but not " + acknowledged);
        cluster.expectEverything(client, "bucket 5 has moved as it was");
        moved(cluster);
    }

    @Graded(step = "4B", points = 2, title = "a bucket that comes back has what was written meanwhile", runs = 4)
    void aBucketThatComesBackHasWhatWasWrittenMeanwhile(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(3);
        cluster.join(1);
        cluster.joinWithoutRebalance(2, 3);
        StoreClient client = cluster.client();
        String key = cluster.keyOf(5);
        cluster.append(client, key);
        if (trial.luck().nextBoolean()) {
            // a former owner may still have its old copy when the bucket comes back
            cluster.add(new Fault.Hold(
                    0, 60_000 * MS, List.of("all"), List.of("all"), "Delete", false, 1_000_000, 60_000 * MS));
        }
        for (long gid : new long[] {2, 1, 2, 1}) {
            cluster.move(5, gid);
            cluster.append(client, key);
        }
        StoreClient other = cluster.wireClient();
        String doomed = cluster.keysOf(5).skip(1).findFirst().orElseThrow();
        for (int round = 0; round < 4; round++) {
            other.put(doomed, cluster.newValue(doomed));
            cluster.move(5, 2);
            if (trial.luck().nextBoolean()) {
                other.delete(doomed);
            }
            cluster.move(5, 3);
            cluster.append(client, key);
            cluster.move(5, 1);
        }
        cluster.settle();
        other.delete(doomed);
        other.expectValue(doomed, null, Property.HANDOVER, "it was deleted");
        cluster.expectEverything(client, "every owner has had all that its predecessors were told");
        moved(cluster);
    }

    @Graded(step = "4B", points = 1, title = "parts that come late, and copies of them, change nothing", runs = 4)
    void partsThatComeLateAndCopiesOfThemChangeNothing(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        String key = cluster.keyOf(5);
        long late = trial.luck().nextLong(2_500 * MS, 4_000 * MS);
        cluster.cutFromConfig(2); // so that group 1 has something to hand out when it is asked first
        cluster.move(5, 2);
        cluster.awaitVersion(1, cluster.latest().version(), Duration.ofSeconds(5));
        cluster.add(new Fault.Hold(0, 2_000 * MS, List.of("all"), List.of("all"), "Pull", true, 1, late));
        cluster.add(new Fault.Duplicate(0, 2_000 * MS, List.of("all"), List.of("all"), "Push", false, 3, late));
        cluster.mendConfig(2);
        cluster.settle("a part that does not come is asked for again");
        cluster.append(client, key);
        cluster.move(5, 1);
        cluster.append(client, key);
        // group 2 waits for the bucket again when what was held arrives
        cluster.cutFromConfig(1);
        cluster.move(5, 2);
        cluster.runMillis(4_500);
        cluster.mendConfig(1);
        cluster.settle();
        cluster.append(client, key);
        cluster.expectEverything(client, "a part is of one handover, and none of another one");
        moved(cluster);
    }

    @Graded(step = "4B", points = 3, title = "when all groups leave nothing is lost, whoever comes", runs = 3)
    void whenAllGroupsLeaveNothingIsLostWhoeverComes(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(3);
        cluster.join(1, 2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        cluster.leave(1, 2);
        for (long gid = 1; gid <= 2; gid++) {
            long group = gid;
            cluster.expect(
                    cluster.awaitVersion(gid, 2, Duration.ofSeconds(5)),
                    Property.LIVENESS,
                    () -> "group " + group + " comes to version 2, with which it leaves, within 5 s");
        }
        StoreClient waiting = cluster.client();
        String key = cluster.keyOf(trial.luck().nextInt(10));
        String value = cluster.newValue(key);
        StoreClient.Pending append = waiting.begin(command(Operation.APPEND, key, value));
        cluster.appended(key, value);
        cluster.runMillis(800);
        cluster.expect(
                !append.isDone(),
                Property.SINGLE_OWNER,
                () -> "nobody owns a bucket by version " + cluster.latest().version()
                        + ", so no command is answered, but an append to " + key + " was: " + append.result());
        cluster.join(3);
        cluster.settle("the last owners keep what nobody owns, for whoever comes");
        cluster.await(Duration.ofSeconds(10), append::isDone);
        cluster.appendToAll(client);
        cluster.expectEverything(client, "group 3 has taken over what groups 1 and 2 had");
        cluster.leave(3);
        cluster.join(3);
        cluster.settle("who comes back first has everything itself");
        cluster.expectEverything(client, "group 3 had everything itself");
        cluster.leave(3);
        cluster.join(2, 1);
        cluster.settle("the last owner keeps what nobody owns");
        cluster.appendToAll(client);
        cluster.expectEverything(client, "groups 1 and 2 have taken over what group 3 had");
        moved(cluster);
    }

    @Graded(step = "4B", points = 1, title = "a server that misses configurations catches up", runs = 3)
    void aServerThatMissesConfigurationsCatchesUp(ShardTrial trial) {
        ShardOptions options =
                ShardOptions.DEFAULT.withService(ShardOptions.DEFAULT.service().withCompactAfterBytes(1_500));
        ShardCluster cluster = trial.cluster(List.of(1L, 2L, 3L), 10, options);
        cluster.join(1);
        StoreClient client = cluster.client();
        cluster.fill(client);
        int[] missing = new int[4];
        for (int gid = 1; gid <= 3; gid++) {
            missing[gid] = 1 + trial.luck().nextInt(3);
            cluster.group(gid).crash(missing[gid]);
        }
        cluster.join(2, 3);
        cluster.appendToAll(client);
        cluster.leave(2);
        cluster.appendToAll(client);
        cluster.join(2);
        cluster.settle("two servers of each group are enough");
        for (int gid = 1; gid <= 3; gid++) {
            cluster.group(gid).restart(missing[gid]);
            cluster.group(gid).awaitLeader();
            cluster.group(gid).crash(cluster.group(gid).after(missing[gid]));
        }
        cluster.leave(1);
        cluster.settle("two servers of each group are enough");
        cluster.appendToAll(client);
        cluster.expectEverything(client, "two servers of each group were there all the time");
        moved(cluster);
    }

    @Graded(step = "4B", points = 1, title = "groups follow more than a hundred configurations", runs = 1)
    void groupsFollowMoreThanAHundredConfigurations(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(List.of(700L, 5_000_000_001L), 10, ShardOptions.DEFAULT);
        cluster.join(700, 5_000_000_001L);
        StoreClient client = cluster.client();
        cluster.fill(client);
        cluster.gids().forEach(cluster::cutFromConfig);
        for (int number = 0; number < 140; number++) {
            int bucket = trial.luck().nextInt(10);
            cluster.move(bucket, cluster.gids().get(cluster.ownerOf(bucket) == 700 ? 1 : 0));
        }
        cluster.gids().forEach(cluster::mendConfig);
        cluster.expect(
                cluster.isSettledWithin(Duration.ofSeconds(60)),
                Property.LIVENESS,
                () -> "two groups that have missed 140 configurations come to the newest one within 60 s. "
                        + cluster.picture());
        cluster.appendToAll(client);
        cluster.expectEverything(client, "every bucket went its way, configuration by configuration");
        moved(cluster);
    }

    @Graded(step = "4B", points = 1, title = "polling, and asking again, is done with rests", runs = 2)
    void pollingAndAskingAgainIsDoneWithRests(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1);
        StoreClient client = cluster.client();
        cluster.fill(client);
        cluster.joinWithoutRebalance(2);
        cluster.settle();
        long polls = polls(cluster);
        long transfers = transfers(cluster);
        cluster.runMillis(5_000);
        long polled = polls(cluster) - polls;
        long idle = transfers(cluster) - transfers;
        cluster.expect(
                polled <= 220 && idle <= 20,
                Property.RPC_BUDGET,
                () -> "two groups that have nothing to do ask for the next configuration every 100 ms, which makes 100"
                        + " requests in 5 s and at most 220, and other groups for nothing, but sent " + polled + " and "
                        + idle);
        cluster.cutFromConfig(1); // it answers at once, and has nothing to hand out yet
        for (int bucket = 0; bucket < 3; bucket++) {
            cluster.move(bucket, 2);
        }
        long before = transfers(cluster);
        cluster.runMillis(4_000);
        long waiting = transfers(cluster) - before;
        cluster.expect(
                waiting <= 3 * 60,
                Property.RPC_BUDGET,
                () ->
                        "who waits for a bucket of a group that has not come to its version asks again about every 100 ms,"
                                + " which makes at most 180 requests for three buckets in 4 s, but sent " + waiting);
        cluster.mendConfig(1);
        cluster.settle();
        cluster.expectEverything(client, "the buckets have moved");
    }

    private static long polls(ShardCluster cluster) {
        return cluster.requests(message ->
                message.method().equals(CONFIG) && message.from().text().startsWith("g"));
    }

    private static long transfers(ShardCluster cluster) {
        return cluster.requests(message ->
                message.methodName().equals("Pull") || message.methodName().equals("Push"));
    }
}
