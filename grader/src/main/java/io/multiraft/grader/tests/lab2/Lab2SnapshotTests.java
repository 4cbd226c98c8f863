// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab2;

import static io.multiraft.grader.tests.KvCluster.command;

import com.google.protobuf.ByteString;
import io.multiraft.grader.campaign.WireClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.KvCluster;
import io.multiraft.grader.tests.KvTrial;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.service.ServiceOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Restarts, compaction and snapshots of a replicated store. */
final class Lab2SnapshotTests {
    private static final ServiceOptions SHORT_LOG = ServiceOptions.DEFAULT.withCompactAfterBytes(1_000);

    @Graded(step = "2C", points = 3, title = "a restart forgets nothing and repeats nothing", runs = 10)
    void aRestartForgetsNothingAndRepeatsNothing(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        KvCluster.Client client = cluster.client();
        client.append("k", "A");
        client.append("k", "B");
        client.put("gone", "x");
        client.delete("gone");
        cluster.awaitSameState();
        for (int node = 1; node <= 3; node++) {
            cluster.runMillis(100);
            cluster.crash(node);
            cluster.restart(node);
            cluster.expectKeptAtBoot(node);
            client.expectValue(
                    "k", "AB", Property.EXACTLY_ONCE, "A and B were appended once, before n" + node + " restarted");
        }
        for (int round = 0; round < 3; round++) {
            cluster.runMillis(cluster.luck().nextInt(30));
            cluster.crashAll();
            cluster.runMillis(20);
            cluster.restartAll();
            client.expectValue(
                    "k", "AB", Property.EXACTLY_ONCE, "A and B were appended once, before everybody restarted");
            client.expectValue("gone", null, Property.EXACTLY_ONCE, "it was deleted before everybody restarted");
        }
        client.append("k", "C");
        client.expectValue("k", "ABC", Property.EXACTLY_ONCE, "C was appended after the restarts");
    }

    @Graded(step = "2C", points = 2, title = "sessions survive restarts and snapshots", runs = 10)
    void sessionsSurviveRestartsAndSnapshots(KvTrial trial) {
        KvCluster cluster = trial.cluster(3, SHORT_LOG);
        KvCluster.Client client = cluster.client();
        int leader = cluster.awaitLeader();
        int away = cluster.after(leader);
        WireClient wire = cluster.wireClient(41);
        // all know the client's first command, and one misses the second
        cluster.ask(wire, leader, wire.request(1, command(Operation.PUT, "k", "-")), Duration.ofSeconds(3));
        cluster.awaitSameState();
        cluster.isolate(away);
        KvRequest append = wire.request(2, command(Operation.APPEND, "k", "a"));
        Optional<KvReply> first = cluster.ask(wire, cluster.awaitLeader(), append, Duration.ofSeconds(3));
        cluster.expect(
                first.isPresent() && first.get().getError() == ErrorCode.OK,
                Property.LIVENESS,
                "an append is answered while two of three servers work");
        for (int i = 0; i < 60; i++) {
            client.put("filler" + i % 3, "value " + i);
        }
        cluster.rejoin(away);
        cluster.awaitSameState();
        expectSnapshot(cluster, away);
        for (int round = 0; round < 3; round++) {
            if (round > 0) {
                cluster.crashAll();
                cluster.runMillis(5);
                cluster.restartAll();
            }
            // let the one that got a snapshot lead, if it can be had
            int other = cluster.awaitLeader();
            if (other != away) {
                cluster.isolate(other);
                cluster.awaitLeader();
                cluster.rejoin(other);
            }
            cluster.ask(wire, cluster.awaitLeader(), append, Duration.ofSeconds(3));
            client.expectValue(
                    "k",
                    "-a",
                    Property.EXACTLY_ONCE,
                    "the append came again, after restarts and to a server with a snapshot");
        }
    }

    @Graded(step = "2C", points = 2, title = "the log stays short on every server", runs = 5)
    void theLogStaysShortOnEveryServer(KvTrial trial) {
        KvCluster cluster = trial.cluster(3, SHORT_LOG);
        KvCluster.Client client = cluster.client();
        for (int i = 0; i < 300; i++) {
            client.put("k" + i % 5, "value " + i);
            if (i % 20 == 19) {
                cluster.awaitSameState();
                for (int node = 1; node <= 3; node++) {
                    long bytes = cluster.raftStateBytes(node);
                    cluster.expect(
                            bytes <= 8 * SHORT_LOG.compactAfterBytes(),
                            Property.SIZE_BUDGET,
                            "a log that is compacted every " + SHORT_LOG.compactAfterBytes()
                                    + " bytes stays below 8 times that, but n" + node + " holds " + bytes
                                    + " bytes in its raft keyspace");
                }
            }
        }
        for (int node = 1; node <= 3; node++) {
            long bytes = cluster.dataBytes(node);
            cluster.expect(
                    bytes <= 3_000,
                    Property.SIZE_BUDGET,
                    "five short values and one session take a few hundred bytes in the data keyspace, but n" + node
                            + " holds " + bytes);
        }
    }

    @Graded(step = "2C", points = 1, title = "the log is compacted when it is long and not all the time", runs = 3)
    void theLogIsCompactedWhenItIsLongAndNotAllTheTime(KvTrial trial) {
        ServiceOptions longLog = ServiceOptions.DEFAULT.withCompactAfterBytes(40_000);
        KvCluster cluster = trial.cluster(3, longLog);
        KvCluster.Client client = cluster.client();
        for (int i = 0; i < 200; i++) {
            client.put("k" + i % 5, "value " + i);
        }
        cluster.expect(
                cluster.compactions() <= 6,
                Property.RPC_BUDGET,
                "200 short commands are not as long as the limit of " + longLog.compactAfterBytes()
                        + " bytes, so that hardly any compaction is due, but there were " + cluster.compactions());
        for (int i = 0; i < 200; i++) {
            client.put("k" + i % 5, "x".repeat(1_000) + i);
        }
        cluster.awaitSameState();
        cluster.expect(
                cluster.compactions() >= 3,
                Property.SIZE_BUDGET,
                "200 longer commands are five times as long as the limit, so that every server compacts its log, but"
                        + " there were " + cluster.compactions() + " compactions");
    }

    private static void expectSnapshot(KvCluster cluster, int node) {
        cluster.expect(
                cluster.snapshotsInstalled() > 0,
                Property.SIZE_BUDGET,
                "the log was compacted while n" + node + " was away, so it gets a snapshot");
    }

    @Graded(
            step = "2C",
            points = 2,
            title = "a snapshot takes the place of the state and keeps nothing of it",
            runs = 10)
    void aSnapshotTakesThePlaceOfTheStateAndKeepsNothingOfIt(KvTrial trial) {
        KvCluster cluster = trial.cluster(3, SHORT_LOG);
        KvCluster.Client client = cluster.client();
        client.put("m0", "old");
        client.put("m1", "old");
        client.put("kept", "x");
        cluster.awaitSameState();
        int leader = cluster.awaitLeader();
        int away = cluster.after(leader);
        cluster.isolate(away);
        client.delete("m0");
        client.put("m1", "new");
        for (int i = 0; i < 60; i++) {
            client.put("filler" + i % 3, "value " + i);
        }
        long installed = cluster.snapshotsInstalled();
        cluster.rejoin(away);
        cluster.awaitSameState();
        cluster.expect(
                cluster.snapshotsInstalled() > installed,
                Property.SIZE_BUDGET,
                "the log was compacted while n" + away + " was away, so it gets a snapshot");
        for (int other : cluster.others(away)) {
            cluster.isolate(other);
            cluster.awaitLeader();
            cluster.rejoin(other);
            client.expectValue("m0", null, Property.DETERMINISM, "it was deleted while n" + away + " was away");
            client.expectValue("m1", "new", Property.DETERMINISM, "it was changed while n" + away + " was away");
            client.expectValue("kept", "x", Property.DETERMINISM, "nobody has touched it");
        }
    }

    @Graded(step = "2C", points = 1, title = "no key of a client reaches what the server keeps for itself", runs = 3)
    void noKeyOfAClientReachesWhatTheServerKeepsForItself(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        KvCluster.Client client = cluster.client();
        WireClient wire = cluster.wireClient(45);
        KvRequest append = wire.request(1, command(Operation.APPEND, "k", "a"));
        cluster.ask(wire, cluster.awaitLeader(), append, Duration.ofSeconds(3));
        cluster.awaitSameState();
        List<ByteString> keys = cluster.dataKeys(cluster.awaitLeader());
        for (ByteString key : keys) {
            client.execute(KvCommand.newBuilder()
                    .setOperation(Operation.PUT)
                    .setKey(key)
                    .setValue(ByteString.copyFromUtf8("client's"))
                    .build());
        }
        String why =
                "a client has put something under the keys that the servers' storage holds, and that is its own business";
        if (!keys.contains(ByteString.copyFromUtf8("k"))) {
            client.expectValue("k", "a", Property.LINEARIZABILITY, why);
        }
        cluster.awaitSameState();
        cluster.runMillis(100);
        cluster.crashAll();
        cluster.restartAll();
        cluster.expectKeptAtBoot(1);
        String before = client.get("k").orElse("");
        cluster.ask(wire, cluster.awaitLeader(), append, Duration.ofSeconds(3));
        client.expectValue(
                "k", before, Property.EXACTLY_ONCE, "the append came again after all servers restarted; " + why);
        for (ByteString key : keys) {
            KvResult found = client.execute(KvCommand.newBuilder()
                    .setOperation(Operation.GET)
                    .setKey(key)
                    .build());
            cluster.expect(
                    found instanceof KvResult.Found value
                            && value.value().toStringUtf8().equals("client's"),
                    Property.LINEARIZABILITY,
                    why + ", so a read finds it, not " + found);
        }
    }

    @Graded(step = "2C", points = 2, title = "who waits is answered when a snapshot comes", runs = 10)
    void whoWaitsIsAnsweredWhenASnapshotComes(KvTrial trial) {
        ServiceOptions patient =
                new ServiceOptions(SHORT_LOG.raft(), Duration.ofMinutes(2), SHORT_LOG.compactAfterBytes());
        KvCluster cluster = trial.cluster(3, patient);
        KvCluster.Client client = cluster.client();
        client.put("k", "0");
        int old = cluster.awaitLeader();
        cluster.isolate(old);
        WireClient wire = cluster.wireClient(43);
        List<KvReply> replies = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            wire.send(cluster.server(old), wire.request(i, command(Operation.APPEND, "k", "lost")), replies::add);
        }
        cluster.awaitLeader();
        for (int i = 0; i < 60; i++) {
            client.put("filler" + i % 3, "value " + i);
        }
        cluster.rejoin(old);
        boolean answered = cluster.await(Duration.ofSeconds(5), () -> replies.size() == 3);
        cluster.expect(
                answered,
                Property.LIVENESS,
                "n" + old + " has got a snapshot of other commands, and nobody who waits there for older ones may wait "
                        + "for ever; but of 3 were answered " + replies.size());
        cluster.expect(
                replies.stream().noneMatch(reply -> reply.getError() == ErrorCode.OK),
                Property.LINEARIZABILITY,
                "commands that were lost are not acknowledged");
        client.expectValue("k", "0", Property.LINEARIZABILITY, "the appends at the deposed leader are lost");
        cluster.awaitSameState();
        expectSnapshot(cluster, old);
    }

    @Graded(step = "2C", points = 2, title = "clients get through crashes of everybody under load", runs = 10)
    void clientsGetThroughCrashesOfEverybodyUnderLoad(KvTrial trial) {
        KvCluster cluster = trial.unreliableCluster(5, SHORT_LOG);
        List<KvCluster.Client> clients = List.of(cluster.client(), cluster.client(), cluster.client());
        for (int round = 0; round < 8; round++) {
            List<KvCluster.Pending> pending = new ArrayList<>();
            for (int i = 0; i < clients.size(); i++) {
                pending.add(clients.get(i).begin(command(Operation.APPEND, "k", i + "." + round + ";")));
            }
            cluster.runMillis(cluster.luck().nextInt(120));
            cluster.crashAll();
            cluster.runMillis(cluster.luck().nextInt(200));
            cluster.restartAll();
            cluster.await(Duration.ofSeconds(11), () -> pending.stream().allMatch(KvCluster.Pending::isDone));
            cluster.expect(
                    pending.stream().allMatch(KvCluster.Pending::isExecuted),
                    Property.LIVENESS,
                    "clients are answered within 10 s although everybody has restarted once");
        }
        clients.get(0).get("k");
        cluster.expectLinearizable();
    }
}
