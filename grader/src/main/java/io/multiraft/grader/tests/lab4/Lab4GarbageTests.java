// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab4;

import static io.multiraft.grader.tests.ShardCluster.command;

import io.multiraft.grader.campaign.ShardWireClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.shard.ShardPredicates;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.ShardCluster;
import io.multiraft.grader.tests.ShardTrial;
import io.multiraft.grader.tests.StoreClient;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.shard.ShardOptions;
import java.time.Duration;
import java.util.List;

/** Former owners forget what they handed over: in the end, all of it, and nothing else. */
final class Lab4GarbageTests {
    private static final long MS = 1_000;

    @Graded(step = "4D", points = 3, title = "what is stored is bounded, however often buckets move", runs = 2)
    void whatIsStoredIsBoundedHoweverOftenBucketsMove(ShardTrial trial) {
        int keys = 30;
        int bytes = 1_000;
        ShardCluster cluster = trial.cluster(3);
        cluster.join(1);
        StoreClient client = cluster.client();
        for (int number = 0; number < keys; number++) {
            cluster.write(
                    client,
                    cluster.keysOf(number % 10).skip(number / 10).findFirst().orElseThrow(),
                    bytes);
        }
        cluster.join(2, 3);
        cluster.settle();
        for (int round = 0; round < 2; round++) {
            cluster.leave(1);
            cluster.settle();
            cluster.join(1);
            cluster.settle();
            cluster.leave(2, 3);
            cluster.settle();
            cluster.join(2, 3);
            cluster.settle();
            cluster.appendToAll(client);
        }
        cluster.expectNothingLeftBehind("all groups run and all buckets have arrived");
        // three servers store each key once; a third more for what belongs to buckets and configurations
        long limit = 3L * keys * (bytes + 100) * 4 / 3;
        long stored = cluster.dataBytes();
        cluster.expect(
                stored <= limit,
                Property.SIZE_BUDGET,
                () -> "all servers together store " + keys + " values of " + bytes + " bytes three times, in at most "
                        + limit + " bytes, but store " + stored);
        cluster.expectEverything(client, "nobody has deleted what he owns");
        nothingIsKeptOfClients(cluster);
    }

    /** A group that many clients have written in, and that owns nothing any more, stores next to nothing. */
    private static void nothingIsKeptOfClients(ShardCluster cluster) {
        Address leader = cluster.leader(1);
        for (int number = 0; number < 60; number++) {
            ShardWireClient wire = cluster.wire(5_000 + number);
            long sequence = 0;
            for (int bucket : cluster.bucketsOf(1)) {
                String key = cluster.keysOf(bucket).skip(5).findFirst().orElseThrow();
                cluster.ask(wire, leader, wire.request(++sequence, command(Operation.DELETE, key, "")));
            }
        }
        cluster.leave(1);
        cluster.settle();
        long limit = 3 * 4_000;
        cluster.await(Duration.ofSeconds(20), () -> cluster.group(1).dataBytes() <= limit);
        cluster.expect(
                cluster.group(1).dataBytes() <= limit,
                Property.SIZE_BUDGET,
                () -> "the three servers of group 1, which owns no bucket any more, store at most " + limit
                        + " bytes, no sessions of the 60 clients that have written there, but store "
                        + cluster.group(1).dataBytes());
    }

    /** No Delete arrives from now on for that long; those of later on do. */
    private static void holdDeletes(ShardCluster cluster, long micros) {
        cluster.add(new Fault.Hold(0, micros, List.of("all"), List.of("all"), "Delete", false, 1_000_000, micros));
    }

    @Graded(step = "4D", points = 4, title = "the duty to delete outlives leaders and groups", runs = 3)
    void theDutyToDeleteOutlivesLeadersAndGroups(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1);
        StoreClient client = cluster.client();
        cluster.fill(client);
        long hold = 4_000 * MS;
        cluster.add(new Fault.Hold(0, hold, List.of("all"), List.of("all"), "Delete", false, 1_000_000, 600_000 * MS));
        cluster.join(2);
        cluster.settle("no bucket waits for an older copy to be deleted");
        cluster.runMillis(500);
        switch (trial.luck().nextInt(3)) {
            case 0 -> cluster.group(2).crash(cluster.group(2).awaitLeader());
            case 1 -> cluster.group(2).crashAll();
            default -> {
                cluster.group(1).crashAll();
                cluster.group(2).crashAll();
            }
        }
        cluster.runMillis(1_000);
        cluster.group(1).restartAll();
        cluster.group(2).restartAll();
        cluster.runMillis(3_000);
        cluster.expectNothingLeftBehind(
                "whoever leads next finds in the state what is to be deleted; the requests of its predecessor were lost");
        cluster.appendToAll(client);
        cluster.expectEverything(client, "nobody has deleted what he owns");
    }

    @Graded(step = "4D", points = 4, title = "a late Delete does not touch a bucket that has come back", runs = 6)
    void aLateDeleteDoesNotTouchABucketThatHasComeBack(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        boolean copies = trial.luck().nextBoolean();
        for (int round = 0; round < 3; round++) {
            if (copies) {
                cluster.add(new Fault.Duplicate(
                        0, 1_000 * MS, List.of("all"), List.of("all"), "Delete", false, 100, 1_500 * MS));
            } else {
                holdDeletes(cluster, 1_200 * MS);
            }
            for (int bucket = 0; bucket < 3; bucket++) {
                cluster.move(bucket, 2);
            }
            cluster.settle("no bucket waits for an older copy to be deleted");
            cluster.appendToAll(client);
            for (int bucket = 0; bucket < 3; bucket++) {
                cluster.move(bucket, 1);
            }
            cluster.settle("no bucket waits for an older copy to be deleted");
            cluster.appendToAll(client);
            if (trial.luck().nextBoolean()) {
                cluster.move(1, 2); // and it is lost once more before the first Delete comes
            }
            cluster.runMillis(2_000);
            cluster.appendToAll(client);
            cluster.expectEverything(client, "a Delete is for one handover, and this bucket has come back since");
            cluster.move(1, 1);
        }
        cluster.settle();
        cluster.expectNothingLeftBehind("all groups run and all buckets have arrived");
        cluster.expectEverything(client, "nobody has deleted what he owns");
    }

    @Graded(step = "4D", points = 2, title = "a former owner that is down stops nobody", runs = 3)
    void aFormerOwnerThatIsDownStopsNobody(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(3);
        cluster.join(1);
        StoreClient client = cluster.client();
        cluster.fill(client);
        cluster.add(new Fault.Hold(
                0, 3_000 * MS, List.of("all"), List.of("all"), "Delete", false, 1_000_000, 600_000 * MS));
        cluster.join(2, 3);
        cluster.leave(1);
        cluster.settle("no bucket waits for an older copy to be deleted");
        if (trial.luck().nextBoolean()) {
            cluster.group(1).crashAll();
        } else {
            cluster.group(1).crash(1, 2); // the third one answers at once that it does not lead
        }
        for (int bucket = 0; bucket < 10; bucket++) {
            cluster.move(bucket, 2 + trial.luck().nextInt(2));
        }
        cluster.settle("group 1, which has handed over everything and is down, is needed for nothing");
        cluster.appendToAll(client);
        long before = deletes(cluster);
        cluster.runMillis(3_000);
        long asked = deletes(cluster) - before;
        cluster.expect(
                asked <= 20 * 45,
                Property.RPC_BUDGET,
                () ->
                        "who waits for at most 20 deletions asks again about every 100 ms, which makes at most 900 requests in"
                                + " 3 s, but sent " + asked);
        cluster.group(1).restartAll();
        cluster.expectNothingLeftBehind("group 1 is back, and can delete what it had");
        cluster.expectEverything(client, "nobody has deleted what he owns");
    }

    @Graded(step = "4D", points = 2, title = "nothing is deleted before the next owner has it", runs = 10)
    void nothingIsDeletedBeforeTheNextOwnerHasIt(ShardTrial trial) {
        ShardOptions options = ShardOptions.DEFAULT
                .withChunkBytes(60)
                .withService(ShardOptions.DEFAULT.service().withCompactAfterBytes(3_000));
        ShardCluster cluster = trial.cluster(List.of(1L, 2L), 4, options);
        cluster.join(1);
        cluster.joinWithoutRebalance(2);
        StoreClient client = cluster.client();
        cluster.fill(client);
        long[] delays = {0, 200, 800, 1_500, 3_000};
        for (int round = 0; round < 4; round++) {
            String moment = round % 2 == 0 ? ShardPredicates.LAST_PART_ARRIVED : ShardPredicates.DELETE_ASKED;
            long after = delays[trial.luck().nextInt(delays.length)];
            // the whole group of the next owner, or of the former one
            String group = ShardCluster.role(round == 0 || round == 3 ? 2 : 1);
            cluster.add(new Fault.When(
                    0,
                    3_000 * MS,
                    moment,
                    trial.luck().nextInt(3),
                    new Fault.Crash(after, 600 * MS, List.of(group), 0)));
            for (int bucket = 0; bucket < 4; bucket++) {
                cluster.move(bucket, 2 - round % 2);
            }
            cluster.settle("one group has lost power for 0.6 s, at the moment " + moment);
            cluster.appendToAll(client);
        }
        cluster.expectNothingLeftBehind("all groups run and all buckets have arrived");
        cluster.expectEverything(client, "whoever handed over a bucket keeps it until the next one has it");
    }

    private static long deletes(ShardCluster cluster) {
        return cluster.requests(message -> message.methodName().equals("Delete"));
    }
}
