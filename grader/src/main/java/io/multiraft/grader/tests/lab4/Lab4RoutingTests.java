// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab4;

import static io.multiraft.grader.tests.ShardCluster.command;

import com.google.protobuf.ByteString;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.grader.campaign.ShardWireClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.ShardCluster;
import io.multiraft.grader.tests.ShardTrial;
import io.multiraft.grader.tests.StoreClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.shard.Key2BucketID;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import io.multiraft.shard.rpc.ShardRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Buckets and routing on a configuration that is made with one Join and stays. */
final class Lab4RoutingTests {
    private static final String COMMAND =
            ShardKvServiceGrpc.getDoCommandMethod().getFullMethodName();
    private static final String CONFIG = ConfigServiceGrpc.getDoCommandMethod().getFullMethodName();

    private static List<Long> gids(ShardTrial trial) {
        return trial.luck().nextBoolean() ? List.of(1L, 2L, 3L) : List.of(200L, 201L, 5_000_000_000L);
    }

    private static long[] all(ShardCluster cluster) {
        return cluster.gids().stream().mapToLong(Long::longValue).toArray();
    }

    @Graded(
            step = "4A",
            points = 2,
            title = "each command is executed by the group that owns the bucket of its key",
            runs = 4)
    void eachCommandIsExecutedByTheGroupThatOwnsItsBucket(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(gids(trial), 10, ShardOptions.DEFAULT);
        cluster.join(all(cluster));
        StoreClient client = cluster.client();
        for (int bucket = 0; bucket < 10; bucket++) {
            String key = cluster.keyOf(bucket);
            String value = cluster.newValue(key);
            client.put(key, value);
            client.expectValue(key, value, Property.LINEARIZABILITY, "it was just written");
            Optional<Long> group = cluster.groupThatWrote(key, value);
            long owner = cluster.ownerOf(bucket);
            int which = bucket;
            cluster.expect(
                    group.equals(Optional.of(owner)),
                    Property.SINGLE_OWNER,
                    () -> "a command on bucket " + which + " is executed, with the store of lab 2, by group " + owner
                            + ", which owns it by version 1, but it was executed by "
                            + group.map(gid -> "group " + gid).orElse("no group"));
        }
        cluster.fill(client);
        cluster.appendToAll(client);
        client.delete(cluster.keysOf(3).skip(1).findFirst().orElseThrow());
        cluster.expectEverything(cluster.client(), "the configuration has not changed");
    }

    @Graded(step = "4A", points = 2, title = "a server turns away what its group does not own", runs = 3)
    void aServerTurnsAwayWhatItsGroupDoesNotOwn(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        ShardWireClient wire = cluster.wire(77);
        String early = cluster.keyOf(4);
        turnedAway(cluster, wire, cluster.leader(1), wire.request(1, command(Operation.PUT, early, "early;")));
        cluster.join(1, 2);
        cluster.settle();
        long sequence = 1;
        for (long gid = 1; gid <= 2; gid++) {
            long owner = 3 - gid;
            String key = cluster.keyOf(cluster.bucketsOf(owner).get(0));
            Address other = cluster.leader(gid);
            ShardRequest put = wire.request(++sequence, command(Operation.PUT, key, "right" + gid + ";"));
            // what a client believes is no proof
            ShardRequest lie = put.toBuilder().setConfigVersion(1L << 40).build();
            turnedAway(cluster, wire, other, lie);
            turnedAway(cluster, wire, other, put.toBuilder().setConfigVersion(0).build());
            executed(cluster, wire, cluster.leader(owner), put);
            turnedAway(cluster, wire, other, wire.request(++sequence, command(Operation.GET, key, "")));
            turnedAway(cluster, wire, other, wire.request(++sequence, command(Operation.DELETE, key, "")));
            KvReply found = executed(
                    cluster, wire, cluster.leader(owner), wire.request(++sequence, command(Operation.GET, key, "")));
            cluster.expect(
                    found.getValue().toStringUtf8().equals("right" + (3 - owner) + ";"),
                    Property.SINGLE_OWNER,
                    () -> "key " + key + " holds what group " + owner + " was told to store, but a read found "
                            + found.getValue().toStringUtf8());
        }
    }

    private static void turnedAway(ShardCluster cluster, ShardWireClient wire, Address server, ShardRequest request) {
        Optional<KvReply> reply = cluster.ask(wire, server, request);
        cluster.expect(
                reply.map(KvReply::getError).equals(Optional.of(ErrorCode.WRONG_GROUP)),
                Property.SINGLE_OWNER,
                () -> server + ", which leads a group that does not own bucket "
                        + cluster.bucketOf(request.getCommand().getKey()) + ", answers "
                        + request.getCommand().getOperation() + " of a key in it with WRONG_GROUP, but answered "
                        + reply.map(each -> each.getError().toString()).orElse("nothing"));
    }

    private static KvReply executed(ShardCluster cluster, ShardWireClient wire, Address server, ShardRequest request) {
        Optional<KvReply> reply = cluster.ask(wire, server, request);
        cluster.expect(
                reply.map(KvReply::getError).equals(Optional.of(ErrorCode.OK)),
                Property.LIVENESS,
                () -> server + ", which leads the group that owns bucket "
                        + cluster.bucketOf(request.getCommand().getKey()) + ", executes "
                        + request.getCommand().getOperation() + " of a key in it, but answered "
                        + reply.map(each -> each.getError().toString()).orElse("nothing"));
        return reply.orElseThrow();
    }

    @Graded(step = "4A", points = 2, title = "buckets do not run into each other, whatever their keys are", runs = 2)
    void bucketsDoNotRunIntoEachOtherWhateverTheirKeysAre(ShardTrial trial) {
        int nBuckets = 300;
        ShardCluster cluster = trial.cluster(List.of(1L), nBuckets, ShardOptions.DEFAULT);
        cluster.join(1);
        StoreClient client = cluster.wireClient();
        for (Map.Entry<String, String> pair : pairs(trial.luck(), nBuckets, 6).entrySet()) {
            cluster.write(client, pair.getKey(), 0);
            cluster.write(client, pair.getValue(), 0);
            client.expectValue("/" + pair.getKey(), null, Property.LINEARIZABILITY, "nobody has written it");
        }
        for (String key : List.of("", "/", "0", "\0", "\uffff", "1/", "k/1", "bucket/")) {
            cluster.write(client, key, 0);
        }
        cluster.expectEverything(client, "each key is a key of its own, in a bucket of its own");
    }

    /** Keys of different buckets that are the same if ids are written in digits, one behind the other. */
    private static Map<String, String> pairs(SimRandom luck, int nBuckets, int count) {
        Map<String, String> pairs = new TreeMap<>();
        while (pairs.size() < count) {
            String key = Integer.toString(luck.nextInt(1_000_000), 36);
            String id = Integer.toString(bucket(key, nBuckets));
            for (int digits = 1; digits < id.length(); digits++) {
                String longer = id.substring(digits) + key;
                if (bucket(longer, nBuckets) == Integer.parseInt(id.substring(0, digits))) {
                    pairs.put(key, longer);
                }
            }
        }
        return pairs;
    }

    private static int bucket(String key, int nBuckets) {
        return Key2BucketID.of(ByteString.copyFromUtf8(key), nBuckets);
    }

    @Graded(step = "4A", points = 2, title = "a client finds the leader of each group, and the next one", runs = 3)
    void aClientFindsTheLeaderOfEachGroupAndTheNextOne(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(gids(trial), 10, ShardOptions.DEFAULT);
        cluster.join(all(cluster));
        StoreClient client = cluster.client();
        cluster.fill(client);
        long before = cluster.requests(message -> message.from().equals(client.address()));
        int commands = 0;
        for (int round = 0; round < 3; round++) {
            for (int each = 0; each < 3; each++) { // never two in a row to the same group
                for (long gid : cluster.gids()) {
                    cluster.append(client, cluster.keyOf(cluster.bucketsOf(gid).get(each)));
                    commands++;
                }
            }
        }
        long requests = cluster.requests(message -> message.from().equals(client.address())) - before;
        int most = commands + 3;
        String expectation =
                commands + " commands of a client that has asked every group before go to the leaders at once,"
                        + " now to one group, now to another, in at most " + most + " requests, but took " + requests;
        cluster.expect(requests <= most, Property.RPC_BUDGET, () -> expectation);
        cluster.config().crashAll();
        cluster.gids()
                .forEach(gid -> cluster.group(gid).crash(cluster.group(gid).awaitLeader()));
        cluster.appendToAll(client);
        cluster.expectEverything(
                client,
                "two servers of each group are enough, also for a client that asks in vain for the configuration");
    }

    @Graded(step = "4A", points = 2, title = "a bucket without a group is waited for, and named in the end", runs = 3)
    void aBucketWithoutAGroupIsWaitedForAndNamedInTheEnd(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(1);
        Duration deadline = Duration.ofSeconds(3);
        StoreClient client = cluster.client(KvClientOptions.DEFAULT.withDeadline(deadline));
        cluster.runMillis(1_000);
        int bucket = trial.luck().nextInt(10);
        Duration begin = cluster.now();
        StoreClient.Pending without = client.begin(command(Operation.PUT, cluster.keyOf(bucket), "without;"));
        cluster.await(deadline.plusSeconds(1), without::isDone);
        Duration time = cluster.now().minus(begin);
        String said = without.result().map(Object::toString).orElse("nothing");
        cluster.expect(
                without.result().filter(KvResult.GaveUp.class::isInstance).isPresent()
                        && said.contains("bucket " + bucket + " has no group")
                        && time.compareTo(deadline) >= 0,
                Property.LIVENESS,
                () ->
                        "a client whose bucket has no owner waits until its deadline of 3 s and then gives up with the reason"
                                + " \"bucket " + bucket + " has no group: join one first\", but after "
                                + time.toMillis()
                                + " ms it said " + said);
        StoreClient.Pending waiting = client.begin(command(Operation.PUT, cluster.keyOf(bucket), "waiting;"));
        cluster.runMillis(500);
        cluster.join(1);
        cluster.await(Duration.ofSeconds(3), waiting::isDone);
        cluster.expect(
                waiting.isExecuted(),
                Property.LIVENESS,
                () ->
                        "a command that waits for the first group is executed as soon as one has joined, but its client got "
                                + waiting.result().map(Object::toString).orElse("no answer"));
    }

    @Graded(step = "4A", points = 2, title = "a client rests between two attempts", runs = 2)
    void aClientRestsBetweenTwoAttempts(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.cutFromConfig(2); // so it knows of no configuration, and turns everything away
        cluster.join(1, 2);
        StoreClient client = cluster.client();
        cluster.write(client, cluster.keyOf(cluster.bucketsOf(1).get(0)), 0);
        rests(cluster, client, cluster.bucketsOf(2).get(0), "which turns it away");
        cluster.mendConfig(2);
        cluster.await(Duration.ofSeconds(11), () -> false);
        cluster.fill(client);
        cluster.group(1).crashAll();
        rests(cluster, client, cluster.bucketsOf(1).get(0), "which is down");
        cluster.group(1).restartAll();
    }

    private static void rests(ShardCluster cluster, StoreClient client, int bucket, String why) {
        long commands = cluster.requests(by(client, COMMAND));
        long queries = cluster.requests(by(client, CONFIG));
        client.begin(command(Operation.PUT, cluster.keyOf(bucket), "rests" + bucket + ";"));
        cluster.runMillis(2_000);
        long sent = cluster.requests(by(client, COMMAND)) - commands;
        long asked = cluster.requests(by(client, CONFIG)) - queries;
        cluster.expect(
                sent >= 2 && sent <= 90 && asked <= 90,
                Property.RPC_BUDGET,
                () ->
                        "within 2 s a client with a backoff of 30 ms makes some attempts, at most 90, at the group of bucket "
                                + bucket + ", " + why + ", and asks as often for the configuration, but sent " + sent
                                + " commands and " + asked + " queries");
    }

    private static Predicate<Message> by(StoreClient client, String method) {
        return message ->
                message.from().equals(client.address()) && message.method().equals(method);
    }

    @Graded(step = "4A", points = 2, title = "a client has one id and one sequence for all groups", runs = 3)
    void aClientHasOneIdAndOneSequenceForAllGroups(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1, 2);
        StoreClient client = cluster.client();
        StoreClient other = cluster.client();
        cluster.fill(client);
        int bucket = cluster.bucketsOf(2).get(0);
        cluster.silence(2, client);
        String key = cluster.keyOf(bucket);
        String value = cluster.newValue(key);
        StoreClient.Pending append = client.begin(command(Operation.APPEND, key, value));
        cluster.appended(key, value);
        cluster.runMillis(3_000);
        cluster.healNetwork();
        cluster.await(Duration.ofSeconds(8), append::isDone);
        cluster.expect(
                append.isExecuted(),
                Property.LIVENESS,
                () -> "a client that hears nothing for 3 s tries again, but got "
                        + append.result().map(Object::toString).orElse("no answer"));
        cluster.appendToAll(other);
        cluster.appendToAll(client);
        cluster.expectEverything(other, "a retry takes effect once");
        oneSequence(cluster, client);
        Set<Long> ids = new HashSet<>(ids(cluster, client));
        ids.retainAll(ids(cluster, other));
        cluster.expect(ids.isEmpty(), Property.EXACTLY_ONCE, () -> "two clients have different ids, not both " + ids);
    }

    private static List<Long> ids(ShardCluster cluster, StoreClient client) {
        return cluster.requestsThat(by(client, COMMAND)).stream()
                .map(message -> message.parse(ShardRequest.parser()).getClientId())
                .distinct()
                .toList();
    }

    /** One number for each command, ascending, at whatever group. */
    private static void oneSequence(ShardCluster cluster, StoreClient client) {
        List<Long> ids = ids(cluster, client);
        cluster.expect(
                ids.size() == 1,
                Property.EXACTLY_ONCE,
                () -> client.address() + " has one id for all groups, but used " + ids);
        Map<Long, ShardRequest> bySequence = new TreeMap<>();
        long last = 0;
        for (Message message : cluster.requestsThat(by(client, COMMAND))) {
            ShardRequest request = message.parse(ShardRequest.parser());
            ShardRequest same = bySequence.putIfAbsent(request.getSequence(), request);
            long newest = last;
            cluster.expect(
                    request.getSequence() >= newest
                            && (same == null || same.getCommand().equals(request.getCommand()))
                            && request.getSequence() >= 1,
                    Property.EXACTLY_ONCE,
                    () -> "the commands of " + client.address()
                            + " have numbers of their own, ascending from 1 over all"
                            + " groups, and keep them in every attempt, but number " + request.getSequence()
                            + " came after "
                            + newest + (same == null ? "" : " and for two commands"));
            last = request.getSequence();
        }
        long commands = bySequence.values().stream()
                .map(request -> request.getCommand())
                .distinct()
                .count();
        cluster.expect(
                commands == bySequence.size(),
                Property.EXACTLY_ONCE,
                () -> "each command has one number, but " + commands + " commands were sent under " + bySequence.size()
                        + " numbers");
    }

    @Graded(step = "4A", points = 1, title = "a group that is down does not stop the others", runs = 3)
    void aGroupThatIsDownDoesNotStopTheOthers(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(3);
        cluster.join(1, 2, 3);
        cluster.fill(cluster.client());
        long down = 1L + trial.luck().nextInt(3);
        cluster.group(down).crashAll();
        StoreClient unlucky = cluster.client();
        StoreClient.Pending lost = unlucky.begin(
                command(Operation.GET, cluster.keyOf(cluster.bucketsOf(down).get(0)), ""));
        StoreClient client = cluster.client();
        for (int bucket = 0; bucket < 10; bucket++) {
            if (cluster.ownerOf(bucket) != down) {
                cluster.append(client, cluster.keyOf(bucket));
            }
        }
        cluster.expect(
                !lost.isExecuted(),
                Property.SINGLE_OWNER,
                () -> "nobody answers for a bucket of group " + down + ", which is down");
        cluster.group(down).restartAll();
        cluster.await(Duration.ofSeconds(11), lost::isDone);
        cluster.expectEverything(client, "all groups run again");
    }

    @Graded(step = "4A", points = 1, title = "a group that boots serves without config servers", runs = 3)
    void aGroupThatBootsServesWithoutConfigServers(ShardTrial trial) {
        ShardCluster cluster = trial.cluster(2);
        cluster.join(1, 2);
        StoreClient client = cluster.wireClient();
        cluster.fill(client);
        cluster.runMillis(500);
        cluster.config().crashAll();
        cluster.group(1).crashAll();
        cluster.group(2).crashAll();
        cluster.runMillis(1_000);
        cluster.group(1).restartAll();
        cluster.group(2).restartAll();
        cluster.appendToAll(client);
        cluster.expectEverything(client, "a group keeps the configuration that it goes by");
    }
}
