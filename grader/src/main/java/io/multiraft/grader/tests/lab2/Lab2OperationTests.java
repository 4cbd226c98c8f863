// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab2;

import static io.multiraft.grader.tests.KvCluster.command;

import com.google.protobuf.ByteString;
import io.multiraft.grader.campaign.WireClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.KvCluster;
import io.multiraft.grader.tests.KvTrial;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operations through the log, asked by clients that send each command once. */
final class Lab2OperationTests {
    private static final Duration SOON = Duration.ofMillis(200);

    /** Nobody waits longer than this for an answer of any kind: the answer timeout and a little. */
    private static final Duration ANSWER = Duration.ofSeconds(3);

    // ---- what commands do -----------------------------------------------------------------------------------------

    @Graded(step = "2A", points = 2, title = "get, put, append and delete do what they say", runs = 3)
    void getPutAppendAndDeleteDoWhatTheySay(KvTrial trial) {
        for (int size : new int[] {1, 3, 5}) {
            KvCluster cluster = trial.cluster(size);
            cluster.run(Duration.ofSeconds(1));
            KvCluster.Client client = cluster.onceClient();
            client.expectValue("k", null, Property.LINEARIZABILITY, "nothing was stored yet");
            client.put("k", "1");
            client.expectValue("k", "1", Property.LINEARIZABILITY, "1 was put");
            client.put("k", "2");
            client.append("k", "3");
            client.append("k", "3");
            client.expectValue("k", "233", Property.LINEARIZABILITY, "2 was put, and 3 was appended twice");
            client.append("new", "a");
            client.expectValue("new", "a", Property.LINEARIZABILITY, "an append to a missing key begins with nothing");
            cluster.expect(client.delete("k"), Property.LINEARIZABILITY, "a key that is there can be deleted");
            cluster.expect(
                    !client.delete("k"),
                    Property.LINEARIZABILITY,
                    "a key that was deleted is not there: to delete it again answers NO_SUCH_KEY");
            client.expectValue("k", null, Property.LINEARIZABILITY, "it was deleted");
            client.put("k", "");
            client.expectValue("k", "", Property.LINEARIZABILITY, "an empty value is a value");
            cluster.expectLinearizable();
        }
    }

    @Graded(step = "2A", points = 2, title = "any bytes are a key, and keys never run into each other", runs = 3)
    void anyBytesAreAKeyAndKeysNeverRunIntoEachOther(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        cluster.awaitLeader();
        KvCluster.Client client = cluster.onceClient();
        // the second pair has one hash code, and the last one a negative hash code
        List<String> keys = List.of(
                "",
                "a",
                "aa",
                "a/b",
                "a/",
                "/",
                "AaAa",
                "BBBB",
                "\u0000",
                "a\u0000",
                "\u00ff\u00ff",
                "鍵",
                "polygenelubricants");
        keys.forEach(key -> client.put(key, "value of " + key));
        for (String key : keys) {
            client.expectValue(key, "value of " + key, Property.LINEARIZABILITY, "each key has a value of its own");
        }
        client.delete("a");
        client.delete("");
        for (String key : keys) {
            String value = key.equals("a") || key.isEmpty() ? null : "value of " + key;
            client.expectValue(key, value, Property.LINEARIZABILITY, "only the keys \"\" and \"a\" were deleted");
        }
        binaryKeys(cluster);
    }

    private static void binaryKeys(KvCluster cluster) {
        WireClient wire = cluster.wireClient(3);
        List<KvCommand> puts = List.of(
                put(new byte[] {(byte) 0xff, 0, (byte) 0x80}, new byte[] {(byte) 0xc0, (byte) 0x80, 0}),
                put(new byte[] {(byte) 0xff, 0, (byte) 0x81}, new byte[] {(byte) 0xc0, (byte) 0x81}),
                put(new byte[] {(byte) 0x80}, new byte[] {(byte) 0xff}),
                put(new byte[] {(byte) 0x81}, new byte[] {(byte) 0xfe}));
        int leader = cluster.awaitLeader();
        long sequence = 0;
        for (KvCommand put : puts) {
            answer(cluster, wire, leader, ++sequence, put);
        }
        for (KvCommand put : puts) {
            KvCommand get =
                    put.toBuilder().setOperation(Operation.GET).clearValue().build();
            KvReply found = answer(cluster, wire, leader, ++sequence, get);
            cluster.expect(
                    found.getValue().equals(put.getValue()),
                    Property.LINEARIZABILITY,
                    "keys and values are bytes, and such as are no text come back as they were put");
        }
    }

    private static KvCommand put(byte[] key, byte[] value) {
        return KvCommand.newBuilder()
                .setOperation(Operation.PUT)
                .setKey(ByteString.copyFrom(key))
                .setValue(ByteString.copyFrom(value))
                .build();
    }

    @Graded(step = "2A", points = 2, title = "what is too large is refused when it is executed", runs = 3)
    void whatIsTooLargeIsRefusedWhenItIsExecuted(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        WireClient wire = cluster.wireClient(5);
        int maxKey = KvLimits.DEFAULT.maxKeyBytes();
        int maxValue = KvLimits.DEFAULT.maxValueBytes();
        String longestKey = "k".repeat(maxKey);
        refused(cluster, answer(cluster, wire, leader, 1, command(Operation.PUT, longestKey + "k", "v")), maxKey);
        refused(cluster, answer(cluster, wire, leader, 1, command(Operation.GET, longestKey + "k", "")), maxKey);
        accepted(cluster, answer(cluster, wire, leader, 2, command(Operation.PUT, longestKey, "v")));
        refused(
                cluster,
                answer(cluster, wire, leader, 3, command(Operation.PUT, "x", "v".repeat(maxValue + 1))),
                maxValue);
        accepted(cluster, answer(cluster, wire, leader, 4, command(Operation.PUT, "x", "v".repeat(maxValue - 1))));
        refused(cluster, answer(cluster, wire, leader, 5, command(Operation.APPEND, "x", "vv")), maxValue);
        accepted(cluster, answer(cluster, wire, leader, 6, command(Operation.APPEND, "x", "w")));
        KvReply found = answer(cluster, wire, leader, 7, command(Operation.GET, "x", ""));
        cluster.expect(
                found.getValue().size() == maxValue && found.getValue().byteAt(maxValue - 1) == 'w',
                Property.LINEARIZABILITY,
                "an append that was refused has changed nothing, and the next one fits");
        KvReply huge = answer(cluster, wire, leader, 8, command(Operation.PUT, "x", "v".repeat(800 << 10)));
        cluster.expect(
                huge.getError() == ErrorCode.TOO_LARGE,
                Property.SIZE_BUDGET,
                "a command that is too long for the log is answered TOO_LARGE, not " + huge.getError());
        // what one server refuses all refuse: their stores are compared now and then
        for (int i = 0; i < 4; i++) {
            answer(cluster, wire, leader, 9 + i, command(Operation.PUT, "k", "short"));
        }
        cluster.awaitSameState();
    }

    private static void refused(KvCluster cluster, KvReply reply, int limit) {
        cluster.expect(
                reply.getError() == ErrorCode.TOO_LARGE && reply.getLimitBytes() == limit,
                Property.SIZE_BUDGET,
                "what is longer than the limit of " + limit + " bytes is answered TOO_LARGE with that limit, not "
                        + reply.getError() + " with " + reply.getLimitBytes());
    }

    private static void accepted(KvCluster cluster, KvReply reply) {
        cluster.expect(
                reply.getError() == ErrorCode.OK,
                Property.SIZE_BUDGET,
                "what is just as long as the limit is stored, not answered " + reply.getError());
    }

    private static KvReply answer(KvCluster cluster, WireClient wire, int server, long sequence, KvCommand command) {
        Optional<KvReply> reply = cluster.ask(wire, server, wire.request(sequence, command), ANSWER);
        cluster.expect(
                reply.isPresent(),
                Property.LIVENESS,
                "n" + server + " answers each request within " + ANSWER.toMillis() + " ms");
        return reply.get();
    }

    // ---- who answers, and when ------------------------------------------------------------------------------------

    @Graded(step = "2A", points = 2, title = "followers point at the leader at once and execute nothing", runs = 5)
    void followersPointAtTheLeaderAtOnceAndExecuteNothing(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        cluster.onceClient().put("k", "1");
        long committed = cluster.committed();
        WireClient wire = cluster.wireClient(7);
        for (int follower : cluster.others(leader)) {
            for (Operation operation : List.of(Operation.PUT, Operation.APPEND, Operation.GET, Operation.DELETE)) {
                Optional<KvReply> reply =
                        cluster.ask(wire, follower, wire.request(1, command(operation, "k", "2")), SOON);
                String why = "n" + follower + " follows n" + leader + " and answers " + operation
                        + " at once with NOT_LEADER and the hint n" + leader + ", but "
                        + reply.map(each -> "it answered " + each.getError() + " with the hint \""
                                        + each.getLeaderHint() + '"')
                                .orElse("it did not answer");
                cluster.expect(reply.isPresent(), Property.LIVENESS, why);
                cluster.expect(reply.get().getError() == ErrorCode.NOT_LEADER, Property.LINEARIZABILITY, why);
                cluster.expect(reply.get().getLeaderHint().equals("n" + leader), Property.RPC_BUDGET, why);
            }
        }
        cluster.expect(
                cluster.committed() == committed,
                Property.LINEARIZABILITY,
                "nothing is committed of what followers have turned away");
    }

    @Graded(
            step = "2A",
            points = 2,
            title = "a command is answered when a majority has it, in one round trip",
            runs = 5)
    void aCommandIsAnsweredWhenAMajorityHasItInOneRoundTrip(KvTrial trial) {
        for (int size : new int[] {1, 3}) {
            KvCluster cluster = trial.cluster(size);
            cluster.run(Duration.ofSeconds(1));
            KvCluster.Client client = cluster.onceClient();
            client.put("k", "0");
            Duration begin = cluster.now();
            long requests = cluster.requests();
            for (int i = 0; i < 100; i++) {
                client.put("k", "value " + i);
            }
            long millis = cluster.now().minus(begin).toMillis() / 100;
            cluster.expect(
                    millis <= 20,
                    Property.RPC_BUDGET,
                    "a put takes a round trip to the leader and one to its followers, at most 20 ms, in a group of "
                            + size + ", but took " + millis + " ms on average: does it wait for a timer?");
            long each = (cluster.requests() - requests) / 100;
            cluster.expect(
                    each <= 1 + 3L * (size - 1),
                    Property.RPC_BUDGET,
                    "a put needs a request to the leader and one or two to each follower, but " + each
                            + " were sent for each");
        }
    }

    @Graded(
            step = "2A",
            points = 2,
            title = "a leader without a majority promises nothing and shows nothing old",
            runs = 10)
    void aLeaderWithoutAMajorityPromisesNothingAndShowsNothingOld(KvTrial trial) {
        KvCluster cluster = trial.cluster(5);
        KvCluster.Client client = cluster.onceClient();
        int old = cluster.awaitLeader();
        client.put("k", "old");
        cluster.isolate(old);
        WireClient wire = cluster.wireClient(11);
        Optional<KvReply> put = cluster.ask(wire, old, wire.request(1, command(Operation.PUT, "k", "lost")), ANSWER);
        cluster.expect(
                put.isPresent(),
                Property.LIVENESS,
                "n" + old + " cannot commit a command, and says so when the answer timeout is over");
        cluster.expect(
                put.get().getError() != ErrorCode.OK,
                Property.LINEARIZABILITY,
                "n" + old + " is alone of 5 servers and does not acknowledge a put");
        cluster.awaitLeader();
        client.put("k", "new");
        Optional<KvReply> get = cluster.ask(wire, old, wire.request(2, command(Operation.GET, "k", "")), ANSWER);
        cluster.expect(
                get.isPresent() && get.get().getError() != ErrorCode.OK,
                get.isPresent() ? Property.LINEARIZABILITY : Property.LIVENESS,
                "n" + old + " was deposed without knowing it and must not answer a read with what it holds, but "
                        + get.map(reply -> "answered " + reply.getError() + " \""
                                        + reply.getValue().toStringUtf8() + '"')
                                .orElse("did not answer at all"));
        cluster.healNetwork();
        cluster.awaitSameState();
        client.expectValue("k", "new", Property.LINEARIZABILITY, "new was acknowledged and nothing after it");
        cluster.expectLinearizable();
    }

    @Graded(step = "2A", points = 3, title = "who waits at a deposed leader is told the truth, soon", runs = 20)
    void whoWaitsAtADeposedLeaderIsToldTheTruthSoon(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        KvCluster.Client client = cluster.onceClient();
        int old = cluster.awaitLeader();
        client.put("k", "0");
        cluster.isolate(old);
        WireClient wire = cluster.wireClient(13);
        List<KvReply> replies = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            wire.send(cluster.server(old), wire.request(i, command(Operation.APPEND, "k", "lost" + i)), replies::add);
        }
        cluster.awaitLeader();
        for (int i = 1; i <= 4; i++) {
            client.append("k", "kept" + i);
        }
        cluster.rejoin(old);
        boolean answered = cluster.await(Duration.ofSeconds(3), () -> replies.size() == 3);
        cluster.expect(
                answered,
                Property.LIVENESS,
                "n" + old + " was deposed and tells the 3 clients that wait for it, but told " + replies.size());
        cluster.expect(
                replies.stream().noneMatch(reply -> reply.getError() == ErrorCode.OK),
                Property.LINEARIZABILITY,
                "other commands were committed at the indices of those that n" + old
                        + " had accepted, so it acknowledges none of them: a waiting client belongs to an index and a "
                        + "term");
        client.expectValue(
                "k", "0kept1kept2kept3kept4", Property.LINEARIZABILITY, "the commands at the deposed leader are gone");
    }

    @Graded(step = "2A", points = 2, title = "every server executes every command, whoever proposed it", runs = 10)
    void everyServerExecutesEveryCommandWhoeverProposedIt(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        KvCluster.Client client = cluster.onceClient();
        StringBuilder expected = new StringBuilder();
        for (int round = 0; round < 6; round++) {
            int leader = cluster.awaitLeader();
            client.append("k", round + ";");
            expected.append(round).append(';');
            client.expectValue(
                    "k", expected.toString(), Property.LINEARIZABILITY, "n" + leader + " has executed all of the log");
            cluster.awaitSameState();
            cluster.isolate(leader);
            cluster.awaitLeader();
            cluster.rejoin(leader);
            cluster.awaitSameState();
        }
    }

    @Graded(step = "2A", points = 2, title = "many clients at once get one order", runs = 5)
    void manyClientsAtOnceGetOneOrder(KvTrial trial) {
        KvCluster cluster = trial.cluster(5);
        cluster.awaitLeader();
        List<KvCluster.Client> clients = new ArrayList<>();
        IntStream.range(0, 10).forEach(i -> clients.add(cluster.onceClient()));
        for (int round = 0; round < 10; round++) {
            List<KvCluster.Pending> pending = new ArrayList<>();
            for (int i = 0; i < clients.size(); i++) {
                Operation operation = (i + round) % 3 == 0 ? Operation.GET : Operation.APPEND;
                pending.add(clients.get(i).begin(command(operation, "k" + round % 2, i + "." + round + ";")));
            }
            cluster.await(ANSWER, () -> pending.stream().allMatch(KvCluster.Pending::isDone));
            cluster.expect(
                    pending.stream().allMatch(KvCluster.Pending::isExecuted),
                    Property.LIVENESS,
                    "10 clients at a time are all answered while nothing fails");
        }
        cluster.expectLinearizable();
    }

    @Graded(step = "2A", points = 1, title = "a command that makes no sense stops nobody", runs = 3)
    void aCommandThatMakesNoSenseStopsNobody(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        WireClient wire = cluster.wireClient(17);
        answer(
                cluster,
                wire,
                leader,
                1,
                KvCommand.newBuilder().setOperationValue(99).build());
        answer(cluster, wire, leader, 2, KvCommand.getDefaultInstance());
        KvCluster.Client client = cluster.onceClient();
        client.put("k", "1");
        client.expectValue("k", "1", Property.LIVENESS, "the group goes on after a command that it does not know");
        cluster.awaitSameState();
    }
}
