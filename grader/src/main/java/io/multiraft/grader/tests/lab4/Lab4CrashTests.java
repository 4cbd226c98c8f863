// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab4;

import static io.multiraft.grader.tests.ShardCluster.command;
import static io.multiraft.grader.tests.ShardCluster.role;

import io.multiraft.grader.campaign.ShardWireClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.shard.ShardPredicates;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.ShardCluster;
import io.multiraft.grader.tests.ShardGroup;
import io.multiraft.grader.tests.ShardTrial;
import io.multiraft.grader.tests.StoreClient;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.ShardRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Servers and groups crash while buckets move, and commands are repeated where their bucket is by then. */
final class Lab4CrashTests {
    private static final long MS = 1_000;

    private static ShardOptions smallParts() {
        return ShardOptions.DEFAULT
                .withChunkBytes(60)
                .withService(ShardOptions.DEFAULT.service().withCompactAfterBytes(3_000));
    }

    @Graded(
            step = "4B",
            points = 3,
            title = "groups that restart while buckets move finish without any client",
            runs = 12)
    void groupsThatRestartWhileBucketsMoveFinishWithoutAnyClient(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(List.of(1L, 2L), 10, smallParts());
        cluster.join(1);
        StoreClient client = cluster.wireClient();
        cluster.fill(client);
        cluster.runMillis(1_000);
        List<String> moments =
                List.of(ShardPredicates.CONFIG_HEARD, ShardPredicates.PART_ARRIVED, ShardPredicates.LAST_PART_ARRIVED);
        String moment = moments.get(trial.luck().nextInt(moments.size()));
        long after = trial.luck().nextLong(8 * MS);
        cluster.add(new Fault.When(
                0,
                3_000 * MS,
                moment,
                trial.luck().nextInt(3),
                new Fault.Crash(after, 700 * MS, List.of("groups"), 0)));
        cluster.join(2);
        cluster.runMillis(1_500);
        cluster.settle("all servers of both groups, which lost power " + after + " us after the moment " + moment
                + ", run again; nobody waits for a client");
        cluster.expectEverything(client, "what was in the log is still there");
        cluster.appendToAll(client);
        Lab4MigrationTests.moved(cluster);
    }

    @Graded(
            step = "4B",
            points = 2,
            title = "a new leader commits what its predecessors have left although everybody else is silent",
            runs = 2)
    void aNewLeaderCommitsWhatItsPredecessorsHaveLeftAlthoughEverybodyElseIsSilent(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1, 2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        cluster.runMillis(500);
        cluster.config().crashAll();
        cluster.group(2).crashAll();
        ShardGroup group = cluster.group(1);
        for (int round = 0; round < 5; round++) {
            cluster.append(client, cluster.keyOf(cluster.bucketsOf(1).get(0)));
            long committed = group.committed();
            group.crashAll();
            cluster.runMillis(300);
            group.restartAll();
            cluster.runMillis(50); // they have told what they found on their disks
            boolean applied = cluster.await(Duration.ofSeconds(8), () -> group.appliedBy(committed) == 3);
            cluster.expect(
                    applied,
                    Property.LIVENESS,
                    () ->
                            "after all servers of group 1 have lost power a new leader commits what is in the log, up to index "
                                    + committed
                                    + ", within 8 s, although no client, no config server and no other group says"
                                    + " anything; only " + group.appliedBy(committed)
                                    + " of 3 servers have applied it");
        }
        cluster.config().restartAll();
        cluster.group(2).restartAll();
        cluster.expectEverything(client, "all run again");
    }

    @Graded(step = "4B", points = 3, title = "a retry after its bucket has moved takes effect once", runs = 4)
    void aRetryAfterItsBucketHasMovedTakesEffectOnce(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        // executed, and the answer is lost; then the bucket moves, and the client asks its next owner
        cluster.silence(1, client);
        String key = cluster.keyOf(5);
        String value = cluster.newValue(key);
        StoreClient.Pending append = client.begin(command(Operation.APPEND, key, value));
        cluster.appended(key, value);
        cluster.await(
                Duration.ofSeconds(3), () -> cluster.groupThatWrote(key, value).isPresent());
        cluster.move(5, 2);
        cluster.await(Duration.ofSeconds(9), append::isDone);
        cluster.expect(
                append.isExecuted(),
                Property.LIVENESS,
                () -> "a client that hears nothing of group 1, which has executed its command and lost bucket 5, is"
                        + " answered by group 2, but got "
                        + append.result().map(Object::toString).orElse("no answer"));
        cluster.healNetwork();
        StoreClient other = cluster.client();
        cluster.append(other, key);
        cluster.expectEverything(other, "the append was executed before the bucket moved");
        turnedAwayIsNotDone(cluster, 6);
        olderSessionsDoNotReplaceNewerOnes(cluster, 7, 8);
        cluster.expectEverything(other, "copies change nothing");
        Lab4MigrationTests.moved(cluster);
    }

    /** A command that was turned away comes again under the same number, when the group owns the bucket. */
    private static void turnedAwayIsNotDone(ShardCluster cluster, int bucket) {
        ShardWireClient wire = cluster.wire(901);
        String key = cluster.keysOf(bucket).skip(3).findFirst().orElseThrow();
        ShardRequest put = wire.request(1, command(Operation.PUT, key, "again;"));
        ask(cluster, wire, cluster.leader(2), put, ErrorCode.WRONG_GROUP, "does not own the bucket");
        cluster.move(bucket, 2);
        cluster.settle();
        ask(cluster, wire, cluster.leader(2), put, ErrorCode.OK, "owns the bucket now");
        cluster.expect(
                cluster.groupThatWrote(key, "again;").equals(Optional.of(2L)),
                Property.EXACTLY_ONCE,
                () -> "a command that group 2 has turned away while it did not own bucket " + bucket
                        + ", and answered with OK when it did, has taken effect, but nobody has executed it");
    }

    /** A client's session in one bucket arrives where it has a newer one in another bucket. */
    private static void olderSessionsDoNotReplaceNewerOnes(ShardCluster cluster, int moving, int staying) {
        ShardWireClient wire = cluster.wire(902);
        String there = cluster.keysOf(moving).skip(3).findFirst().orElseThrow();
        String here = cluster.keysOf(staying).skip(3).findFirst().orElseThrow();
        cluster.move(staying, 2);
        cluster.settle();
        ShardRequest first = wire.request(1, command(Operation.APPEND, there, "first;"));
        ShardRequest second = wire.request(2, command(Operation.APPEND, here, "second;"));
        ask(cluster, wire, cluster.leader(1), first, ErrorCode.OK, "owns the bucket");
        ask(cluster, wire, cluster.leader(2), second, ErrorCode.OK, "owns the bucket");
        cluster.move(moving, 2);
        cluster.settle();
        // the oracles see it if one of them takes effect again
        for (ShardRequest copy : List.of(second, first, second)) {
            cluster.ask(wire, cluster.leader(2), copy);
        }
        cluster.move(staying, 1);
        cluster.move(moving, 1);
        cluster.settle();
        for (ShardRequest copy : List.of(first, second)) {
            cluster.ask(wire, cluster.leader(1), copy);
        }
    }

    private static void ask(
            ShardCluster cluster,
            ShardWireClient wire,
            Address server,
            ShardRequest request,
            ErrorCode expected,
            String why) {
        Optional<KvReply> reply = cluster.ask(wire, server, request);
        cluster.expect(
                reply.filter(each -> each.getError() == expected).isPresent(),
                expected == ErrorCode.WRONG_GROUP ? Property.SINGLE_OWNER : Property.LIVENESS,
                () -> server + " answers " + request.getCommand().getOperation() + " with " + expected
                        + ", because its group " + why + ", but answered "
                        + reply.map(each -> each.getError().toString()).orElse("nothing"));
    }

    @Graded(step = "4B", points = 2, title = "leaders that die at the worst moments lose nothing", runs = 12)
    void leadersThatDieAtTheWorstMomentsLoseNothing(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(List.of(1L, 2L), 4, smallParts());
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        List<String> moments = List.of(
                ShardPredicates.CONFIG_HEARD,
                ShardPredicates.PART_ASKED,
                ShardPredicates.PART_ARRIVED,
                ShardPredicates.LAST_PART_ARRIVED);
        long[] delays = {0, 200, 800, 1_500, 2_500, 4_000};
        for (int round = 0; round < 4; round++) {
            String moment = moments.get(trial.luck().nextInt(moments.size()));
            Fault crash = new Fault.Crash(delays[trial.luck().nextInt(delays.length)], 500 * MS, List.of("subject"), 0);
            cluster.add(new Fault.When(0, 2_000 * MS, moment, trial.luck().nextInt(2), crash));
            StoreClient.Pending meanwhile = appendAnywhere(cluster, client, trial);
            for (int bucket = 0; bucket < 4; bucket++) {
                cluster.move(bucket, 2 - round % 2);
            }
            cluster.settle("only one leader of one group has lost power, at the moment " + moment);
            cluster.await(Duration.ofSeconds(11), meanwhile::isDone);
            cluster.appendToAll(client);
        }
        cluster.expectEverything(client, "whoever leads next goes on where the log ends");
        Lab4MigrationTests.moved(cluster);
    }

    private static StoreClient.Pending appendAnywhere(ShardCluster cluster, StoreClient client, ShardTrial trial) {
        String key = cluster.keysOf(trial.luck().nextInt(4)).skip(1).findFirst().orElseThrow();
        return client.begin(command(Operation.APPEND, key, cluster.newValue(key)));
    }

    @Graded(step = "4B", points = 1, title = "a source that is down holds a bucket up only until it is back", runs = 3)
    void aSourceThatIsDownHoldsABucketUpOnlyUntilItIsBack(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(List.of(1L, 2L), 10, smallParts());
        cluster.join(1);
        StoreClient client = cluster.client();
        cluster.fill(client);
        cluster.add(new Fault.When(
                0,
                3_000 * MS,
                ShardPredicates.PART_ARRIVED,
                trial.luck().nextInt(8),
                new Fault.Crash(trial.luck().nextLong(2 * MS), 3_500 * MS, List.of(role(1)), 0)));
        cluster.join(2);
        cluster.leave(1);
        cluster.runMillis(4_000);
        cluster.settle("the servers of group 1, which were down for 3.5 s, run again");
        cluster.appendToAll(client);
        cluster.expectEverything(client, "group 1 has handed out the rest when it was back");
        Lab4MigrationTests.moved(cluster);
    }
}
