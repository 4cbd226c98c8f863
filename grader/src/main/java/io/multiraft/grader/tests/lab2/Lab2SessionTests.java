// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab2;

import static io.multiraft.grader.tests.KvCluster.command;

import io.multiraft.grader.campaign.WireClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.KvCluster;
import io.multiraft.grader.tests.KvTrial;
import io.multiraft.grader.tests.ServiceScript;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Exactly once, seen from the servers: commands that come twice, late, and from clients with similar ids. */
final class Lab2SessionTests {
    private static final Duration ANSWER = Duration.ofSeconds(3);

    private static KvReply answer(KvCluster cluster, WireClient wire, int server, KvRequest request) {
        Optional<KvReply> reply = cluster.ask(wire, server, request, ANSWER);
        cluster.expect(
                reply.isPresent(),
                Property.LIVENESS,
                "n" + server + " answers each request within " + ANSWER.toMillis() + " ms");
        return reply.get();
    }

    private static void acknowledged(KvCluster cluster, KvReply reply, String what) {
        cluster.expect(
                reply.getError() == ErrorCode.OK,
                Property.EXACTLY_ONCE,
                what + " is answered OK, not " + reply.getError());
    }

    private static void value(KvCluster cluster, int server, String key, String expected, String why) {
        WireClient reader = cluster.wireClient(cluster.luck().nextLong());
        KvReply reply = answer(cluster, reader, server, reader.request(1, command(Operation.GET, key, "")));
        cluster.expect(
                reply.getError() == ErrorCode.OK
                        && reply.getValue().toStringUtf8().equals(expected),
                Property.EXACTLY_ONCE,
                "key " + key + " holds \"" + expected + "\", because " + why + ", but a read was answered "
                        + reply.getError() + " \"" + reply.getValue().toStringUtf8() + '"');
    }

    @Graded(step = "2B", points = 2, title = "a command that comes again is answered again and not executed", runs = 5)
    void aCommandThatComesAgainIsAnsweredAgainAndNotExecuted(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        WireClient wire = cluster.wireClient(21);
        KvRequest append = wire.request(1, command(Operation.APPEND, "k", "a"));
        for (int i = 0; i < 3; i++) {
            acknowledged(cluster, answer(cluster, wire, leader, append), "the same append, sent again,");
        }
        value(cluster, leader, "k", "a", "one append came three times");

        KvRequest delete = wire.request(2, command(Operation.DELETE, "k", ""));
        acknowledged(cluster, answer(cluster, wire, leader, delete), "a delete");
        acknowledged(
                cluster,
                answer(cluster, wire, leader, delete),
                "the same delete, sent again, has deleted the key the first time, so it");

        KvRequest put = wire.request(3, command(Operation.PUT, "k", "mine"));
        answer(cluster, wire, leader, put);
        WireClient other = cluster.wireClient(22);
        answer(cluster, other, leader, other.request(1, command(Operation.PUT, "k", "theirs")));
        answer(cluster, wire, leader, put);
        value(cluster, leader, "k", "theirs", "the put before it came again, and counts only the first time");

        // a refusal is an answer, too
        KvRequest early = wire.request(4, command(Operation.DELETE, "late", ""));
        again(cluster, answer(cluster, wire, leader, early), ErrorCode.NO_SUCH_KEY);
        answer(cluster, other, leader, other.request(2, command(Operation.PUT, "late", "here")));
        again(cluster, answer(cluster, wire, leader, early), ErrorCode.NO_SUCH_KEY);
        value(cluster, leader, "late", "here", "the delete was answered NO_SUCH_KEY before the put, and counts once");
        String half = "v".repeat(KvLimits.DEFAULT.maxValueBytes() / 2 + 1);
        answer(cluster, other, leader, other.request(3, command(Operation.PUT, "big", half)));
        KvRequest tooMuch = wire.request(5, command(Operation.APPEND, "big", half));
        again(cluster, answer(cluster, wire, leader, tooMuch), ErrorCode.TOO_LARGE);
        answer(cluster, other, leader, other.request(4, command(Operation.PUT, "big", "short")));
        again(cluster, answer(cluster, wire, leader, tooMuch), ErrorCode.TOO_LARGE);
        value(cluster, leader, "big", "short", "the append was answered TOO_LARGE, and counts once");
    }

    private static void again(KvCluster cluster, KvReply reply, ErrorCode error) {
        cluster.expect(
                reply.getError() == error,
                Property.EXACTLY_ONCE,
                "a command that was answered " + error + " is answered so again when it comes again, not "
                        + reply.getError());
    }

    @Graded(step = "2B", points = 2, title = "a command that is in the log twice takes effect once", runs = 10)
    void aCommandThatIsInTheLogTwiceTakesEffectOnce(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        WireClient wire = cluster.wireClient(23);
        List<KvReply> replies = new ArrayList<>();
        KvRequest append = wire.request(1, command(Operation.APPEND, "k", "a"));
        for (int i = 0; i < 4; i++) {
            wire.send(cluster.server(leader), append, replies::add);
        }
        cluster.await(ANSWER, () -> replies.size() == 4);
        value(cluster, leader, "k", "a", "the four copies of one append came before the first was committed");
        cluster.expect(
                !replies.isEmpty() && replies.stream().allMatch(reply -> reply.getError() == ErrorCode.OK),
                Property.EXACTLY_ONCE,
                "all copies of an executed command are answered OK, but the answers were "
                        + replies.stream().map(KvReply::getError).toList());
        cluster.awaitSameState();
    }

    @Graded(step = "2B", points = 3, title = "a retry at the next leader takes effect once", runs = 20)
    void aRetryAtTheNextLeaderTakesEffectOnce(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        WireClient wire = cluster.wireClient(25);
        StringBuilder expected = new StringBuilder();
        for (int round = 1; round <= 4; round++) {
            int leader = cluster.awaitLeader();
            KvRequest append = wire.request(round, command(Operation.APPEND, "k", round + ";"));
            expected.append(round).append(';');
            // committed by this leader, or in the log of one follower only, or nowhere but here
            List<KvReply> lost = new ArrayList<>();
            wire.send(cluster.server(leader), append, lost::add);
            cluster.runMillis(cluster.luck().nextInt(6));
            cluster.isolate(leader);
            int next = cluster.awaitLeader();
            acknowledged(cluster, answer(cluster, wire, next, append), "the retry at the next leader, n" + next + ",");
            cluster.rejoin(leader);
            cluster.awaitSameState();
            value(cluster, cluster.awaitLeader(), "k", expected.toString(), "each append counts once");
        }
    }

    @Graded(step = "2B", points = 2, title = "a command that is older than the last one is not executed", runs = 5)
    void aCommandThatIsOlderThanTheLastOneIsNotExecuted(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        WireClient wire = cluster.wireClient(27);
        answer(cluster, wire, leader, wire.request(5, command(Operation.PUT, "k", "five")));
        KvReply late = answer(cluster, wire, leader, wire.request(4, command(Operation.PUT, "k", "four")));
        cluster.expect(
                late.getError() != ErrorCode.OK,
                Property.EXACTLY_ONCE,
                "command 4 comes after command 5 of its client and is not executed any more, so it is not answered OK");
        value(cluster, leader, "k", "five", "command 4 came too late");
        acknowledged(
                cluster,
                answer(cluster, wire, leader, wire.request(9, command(Operation.APPEND, "k", "!"))),
                "command 9, the next after 5,");
        value(cluster, leader, "k", "five!", "a client may leave out numbers");
    }

    @Graded(step = "2B", points = 2, title = "clients with similar ids are different clients", runs = 3)
    void clientsWithSimilarIdsAreDifferentClients(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        long[] ids = {1, 1L << 32 | 1, -1, Long.MIN_VALUE, Long.MIN_VALUE + 1, 129, 1L << 40, 0, 10, 101, 1_0000_0001L};
        long[] sequences = {1, 127, 128, (1L << 31) + 1, (1L << 32) + 1, (1L << 40) + 1};
        StringBuilder expected = new StringBuilder();
        for (long sequence : sequences) {
            for (long id : ids) {
                WireClient wire = cluster.wireClient(id);
                String token = id + "." + sequence + ";";
                KvRequest append = wire.request(sequence, command(Operation.APPEND, "k", token));
                acknowledged(
                        cluster,
                        answer(cluster, wire, leader, append),
                        "the first command " + sequence + " of client " + id);
                acknowledged(cluster, answer(cluster, wire, leader, append), "its repetition");
                expected.append(token);
            }
        }
        value(cluster, leader, "k", expected.toString(), "each of the clients has appended each of its tokens once");
    }

    @Graded(step = "2B", points = 3, title = "a copy that turns up very late takes no effect", runs = 2)
    void aCopyThatTurnsUpVeryLateTakesNoEffect(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        WireClient wire = cluster.wireClient(31);
        KvRequest append = wire.request(1, command(Operation.APPEND, "k", "a"));
        answer(cluster, wire, leader, append);
        List<KvReply> replies = new ArrayList<>();
        int others = 2_500;
        for (int i = 0; i < others; i++) {
            WireClient other = cluster.wireClient(1_000 + i);
            KvCommand command = command(Operation.PUT, "other" + i % 10, "x");
            other.send(cluster.server(cluster.leaderOr(leader)), other.request(1, command), replies::add);
            if (i % 50 == 0) {
                cluster.runMillis(10);
            }
        }
        cluster.await(Duration.ofSeconds(20), () -> replies.size() == others);
        cluster.run(Duration.ofMinutes(6));
        KvReply late = answer(cluster, wire, cluster.awaitLeader(), append);
        acknowledged(
                cluster, late, "a copy of a client's last command, after " + others + " of others and six minutes,");
        value(cluster, cluster.awaitLeader(), "k", "a", "the append came twice, the second time very late");
    }

    @Graded(step = "2B", points = 2, title = "sessions have scopes and can be handed over", runs = 2)
    void sessionsHaveScopesAndCanBeHandedOver(KvTrial trial) {
        ServiceScript n1 = trial.serviceScript(new ScopedNotes());
        for (int i = 1; i <= 2; i++) {
            reply(
                    n1,
                    n1.propose(command(Operation.APPEND, "0/own", "x")),
                    "x".repeat(i),
                    "the service's own commands" + " have no client, and are executed as often as they are committed");
        }
        String once = "each client's command is executed once in each scope";
        reply(n1, n1.ask(1, command(Operation.APPEND, "1/k", "a")), "a", once);
        reply(n1, n1.ask(1, command(Operation.APPEND, "1/k", "a")), "a", once);
        reply(n1, n1.ask(1, command(Operation.APPEND, "2/k", "b")), "b", once + ", and has a session in each");
        reply(n1, n1.ask(1, command(Operation.APPEND, "1/k", "a")), "a", once);

        String turnedAway = "a command that was turned away has not been executed, and may come again";
        reply(n1, n1.propose(command(Operation.PUT, "1/closed", "yes")), "yes", "the service's own put is executed");
        reply(n1, n1.ask(2, command(Operation.APPEND, "1/k", "c")), ScopedNotes.CLOSED, turnedAway);
        reply(n1, n1.ask(2, command(Operation.APPEND, "1/k", "c")), ScopedNotes.CLOSED, turnedAway);
        reply(n1, n1.propose(command(Operation.DELETE, "1/closed", "")), "", "the service's own delete is executed");
        reply(n1, n1.ask(2, command(Operation.APPEND, "1/k", "c")), "ac", turnedAway);

        String merged =
                "a session that is taken over stands for what was executed elsewhere, unless the own one is newer";
        reply(n1, n1.propose(ScopedNotes.copySessions(1, 3)), "", "sessions can be listed and merged");
        reply(n1, n1.ask(2, command(Operation.APPEND, "3/k", "c")), "ac", merged);
        reply(n1, n1.ask(5, command(Operation.APPEND, "3/k", "d")), "d", merged);
        reply(n1, n1.propose(ScopedNotes.copySessions(1, 3)), "", "sessions can be listed and merged");
        reply(n1, n1.ask(5, command(Operation.APPEND, "3/k", "d")), "d", merged);

        String dropped = "sessions are dropped in one scope, and in no other";
        reply(n1, n1.propose(ScopedNotes.dropSessions(1)), "", "sessions can be dropped");
        reply(n1, n1.ask(1, command(Operation.APPEND, "1/k", "e")), "ace", dropped);
        reply(n1, n1.ask(5, command(Operation.APPEND, "3/k", "d")), "d", dropped);
        reply(n1, n1.ask(1, command(Operation.APPEND, "2/k", "b")), "b", dropped);
    }

    /** Applies one more entry, and demands the answer that it brings. */
    private static void reply(ServiceScript n1, ServiceScript.Question question, String expected, String why) {
        n1.run(Duration.ofMillis(5));
        n1.apply(1);
        n1.expect(
                question.answer().isPresent(),
                Property.LIVENESS,
                "a command is answered when it is applied, but n1 keeps silent");
        String answered = question.answer().get().getValue().toStringUtf8();
        n1.expect(
                answered.equals(expected),
                Property.EXACTLY_ONCE,
                why + "; so the answer is \"" + expected + "\", not \"" + answered + '"');
    }

    @Graded(step = "2B", points = 2, title = "a client's session does not grow with its commands", runs = 2)
    void aClientsSessionDoesNotGrowWithItsCommands(KvTrial trial) {
        KvCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        WireClient wire = cluster.wireClient(33);
        for (int i = 1; i <= 1_000; i++) {
            answer(cluster, wire, leader, wire.request(i, command(Operation.PUT, "k", "value " + i)));
        }
        KvRequest append = wire.request(1_001, command(Operation.APPEND, "k", "!"));
        answer(cluster, wire, leader, append);
        answer(cluster, wire, leader, append);
        value(cluster, leader, "k", "value 1000!", "the last command came twice, and is remembered");
        cluster.awaitSameState();
        for (int node = 1; node <= 3; node++) {
            long bytes = cluster.dataBytes(node);
            cluster.expect(
                    bytes <= 2_000,
                    Property.SIZE_BUDGET,
                    "one key and the last answer of one client take a few hundred bytes in the data keyspace, but n"
                            + node + " holds " + bytes + " after 1000 commands");
        }
    }
}
