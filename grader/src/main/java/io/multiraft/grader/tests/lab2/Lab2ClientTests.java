// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab2;

import static io.multiraft.grader.tests.KvCluster.command;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.tests.ClientScript;
import io.multiraft.grader.tests.ClientScript.Asked;
import io.multiraft.grader.tests.ClientScript.Call;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.KvTrial;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.Operation;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The client, alone among servers that are played by hand. */
final class Lab2ClientTests {
    private static final KvClientOptions OPTIONS = KvClientOptions.DEFAULT;
    private static final KvCommand APPEND = command(Operation.APPEND, "k", "a");
    private static final KvCommand GET = command(Operation.GET, "k", "");
    private static final Duration SOON = Duration.ofMillis(20);

    private static void done(ClientScript script, Call call, String when) {
        script.await(SOON, call::isDone);
        script.expect(call.isDone(), Property.LIVENESS, "the client hands on the answer at once " + when);
    }

    @Graded(step = "2B", points = 2, title = "a command keeps its number in every retry, and no other has it", runs = 3)
    void aCommandKeepsItsNumberInEveryRetryAndNoOtherHasIt(KvTrial trial) {
        ClientScript script = trial.clientScript(3, OPTIONS);
        long last = 0;
        for (int round = 0; round < 3; round++) {
            Call call = script.begin(APPEND);
            Asked first = script.awaitRequest();
            KvRequest request = first.request();
            script.expect(
                    request.getSequence() > last && request.getCommand().equals(APPEND),
                    Property.EXACTLY_ONCE,
                    "the next command gets the next number, from 1, but number " + request.getSequence()
                            + " came after " + last);
            script.answer(
                    first, KvReply.newBuilder().setError(ErrorCode.TIMEOUT).build());
            Asked again = same(script, call, request, "the answer TIMEOUT: it may have been executed");
            script.answerNotLeader(again, "");
            again = same(
                    script,
                    call,
                    request,
                    "the answer NOT_LEADER: it may have been executed, if the leader was deposed");
            again = same(script, call, request, "no answer in time");
            script.answerOk(again, "");
            done(script, call, "when it comes");
            last = request.getSequence();
        }
    }

    private static Asked same(ClientScript script, Call call, KvRequest request, String after) {
        script.run(Duration.ofMillis(5));
        script.expect(
                !call.isDone(),
                call.result().orElse(null) instanceof KvResult.GaveUp ? Property.LIVENESS : Property.LINEARIZABILITY,
                "after " + after + " or not, so the client goes on asking; but it said "
                        + call.result().map(Object::toString).orElse(""));
        Asked again = script.awaitRequest();
        script.expect(
                again.request().equals(request),
                Property.EXACTLY_ONCE,
                "after " + after + ", the retry has the same client id and number, so that it counts once; but (id "
                        + request.getClientId() + ", number " + request.getSequence() + ") became (id "
                        + again.request().getClientId() + ", number "
                        + again.request().getSequence() + ")");
        return again;
    }

    @Graded(step = "2B", points = 1, title = "clients that begin at the same time have different ids", runs = 2)
    void clientsThatBeginAtTheSameTimeHaveDifferentIds(KvTrial trial) {
        ClientScript script = trial.clientScript(3, OPTIONS);
        Set<Long> ids = new HashSet<>();
        Set<Integer> upperHalves = new HashSet<>();
        int clients = 40;
        for (int number = 2; number < 2 + clients; number++) {
            script.otherClient(number, APPEND);
            KvRequest request = script.awaitRequest().request();
            ids.add(request.getClientId());
            upperHalves.add((int) (request.getClientId() >>> 32));
        }
        script.expect(
                ids.size() == clients,
                Property.EXACTLY_ONCE,
                clients + " clients draw " + clients + " ids, but there were only " + ids.size() + " different ones");
        script.expect(
                upperHalves.size() > clients / 2,
                Property.EXACTLY_ONCE,
                "ids are drawn from all 64 bits, so that they hardly ever meet; but the upper halves of " + clients
                        + " ids were only " + upperHalves.size() + " different ones");
    }

    @Graded(step = "2B", points = 1, title = "a server that is silent is given up for the others", runs = 2)
    void aServerThatIsSilentIsGivenUpForTheOthers(KvTrial trial) {
        silentServersAreGivenUp(trial.clientScript(5, OPTIONS), false);
        silentServersAreGivenUp(trial.clientScript(5, OPTIONS), true);
    }

    /** All servers keep silent; {@code hinted}: but the first one, who names another. */
    private static void silentServersAreGivenUp(ClientScript script, boolean hinted) {
        script.begin(APPEND);
        Set<Integer> asked = new HashSet<>();
        if (hinted) {
            Asked first = script.awaitRequest();
            asked.add(first.server());
            script.answerNotLeader(first, "n" + (first.server() % 5 + 1));
        }
        Duration limit = OPTIONS.attemptTimeout().multipliedBy(7);
        Duration end = script.now().plus(limit);
        while (asked.size() < 5 && script.now().compareTo(end) < 0) {
            script.await(
                    Duration.ofMillis(50),
                    () -> script.take().map(each -> asked.add(each.server())).isPresent());
        }
        script.expect(
                asked.size() == 5,
                Property.LIVENESS,
                "within " + limit.toMillis() + " ms of silence" + (hinted ? " of a server that was named" : "")
                        + " every one of the 5 servers is asked, but only " + asked + " were");
    }

    @Graded(step = "2B", points = 1, title = "hints are followed at once, and the leader is remembered", runs = 3)
    void hintsAreFollowedAtOnceAndTheLeaderIsRemembered(KvTrial trial) {
        ClientScript script = trial.clientScript(5, OPTIONS);
        Call call = script.begin(APPEND);
        Asked first = script.awaitRequest();
        int leader = first.server() % 5 + 2 > 5 ? 1 : first.server() % 5 + 2;
        script.answerNotLeader(first, "n" + leader);
        Duration asked = script.now();
        Asked second = script.awaitRequest();
        script.expect(
                second.server() == leader && script.now().minus(asked).compareTo(SOON) < 0,
                Property.RPC_BUDGET,
                "n" + first.server() + " says that n" + leader + " leads, so n" + leader + " is asked at once, not n"
                        + second.server() + " after "
                        + script.now().minus(asked).toMillis() + " ms");
        script.answerOk(second, "");
        done(script, call, "of the leader");
        script.begin(APPEND);
        Asked next = script.awaitRequest();
        script.expect(
                next.server() == leader,
                Property.RPC_BUDGET,
                "n" + leader + " has answered the command before, so the next one goes there first, not to n"
                        + next.server());
    }

    @Graded(step = "2B", points = 1, title = "servers that cannot help are not flooded", runs = 2)
    void serversThatCannotHelpAreNotFlooded(KvTrial trial) {
        for (String hint : new String[] {"", "n1", "n2", "stranger"}) {
            ClientScript script = trial.clientScript(2, OPTIONS);
            script.begin(APPEND);
            Duration end = Duration.ofSeconds(4);
            while (script.now().compareTo(end) < 0) {
                script.await(Duration.ofMillis(1), () -> {
                    Optional<Asked> asked = script.take();
                    // with a hint at the other one, two servers send the client to and fro
                    asked.ifPresent(
                            each -> script.answerNotLeader(each, hint.equals("n1") ? "n" + (3 - each.server()) : hint));
                    return asked.isPresent();
                });
            }
            long most = 2 * end.toMillis() / OPTIONS.backoff().toMillis() + 10;
            script.expect(
                    script.requests() <= most,
                    Property.RPC_BUDGET,
                    "servers that answer NOT_LEADER with the hint \"" + hint + "\" are asked at most every "
                            + OPTIONS.backoff().toMillis() + " ms, a hint at another server followed at once, but there"
                            + " were " + script.requests() + " requests in 4 s");
            script.expect(
                    script.requests() >= 5,
                    Property.LIVENESS,
                    "a client goes on asking while nobody leads, but there were only " + script.requests()
                            + " requests in 4 s");
        }
    }

    @Graded(
            step = "2B",
            points = 1,
            title = "an answer to an earlier command is not taken for that of the next",
            runs = 3)
    void anAnswerToAnEarlierCommandIsNotTakenForThatOfTheNext(KvTrial trial) {
        ClientScript script = trial.clientScript(3, OPTIONS);
        Call first = script.begin(GET);
        Asked slow = script.awaitRequest();
        Asked quick = script.awaitRequest();
        script.answerOk(quick, "first");
        done(script, first, "to the second attempt");
        Call second = script.begin(GET);
        Asked asked = script.awaitRequest();
        script.answerOk(slow, "first, late");
        script.run(SOON);
        script.expect(
                !second.isDone(),
                Property.LINEARIZABILITY,
                "n" + slow.server()
                        + " has answered the command before, late; that is no answer to the present one, but "
                        + "the client took it");
        script.answerOk(asked, "second");
        done(script, second, "to its own command");
        script.expect(
                second.result().get() instanceof KvResult.Found found
                        && found.value().toStringUtf8().equals("second"),
                Property.LINEARIZABILITY,
                "the second read is answered \"second\", not " + second.result().get());
    }

    @Graded(step = "2B", points = 1, title = "commands wait for their turn", runs = 2)
    void commandsWaitForTheirTurn(KvTrial trial) {
        ClientScript script = trial.clientScript(3, OPTIONS);
        Call[] calls = new Call[3];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = script.begin(command(Operation.APPEND, "k", "token" + i));
        }
        for (int i = 0; i < calls.length; i++) {
            Asked asked = script.awaitRequest();
            String value = asked.request().getCommand().getValue().toStringUtf8();
            script.expect(
                    value.equals("token" + i),
                    Property.EXACTLY_ONCE,
                    "a client has one command under way at a time, in the order in which they were given: token" + i
                            + " is due, not " + value);
            script.run(SOON);
            Optional<Asked> more = script.take();
            script.expect(
                    more.isEmpty(),
                    Property.EXACTLY_ONCE,
                    "as long as token" + i + " is not answered no other command is sent, because servers remember the "
                            + "last one only");
            script.answerOk(asked, "");
            done(script, calls[i], "to its own command");
        }
    }

    @Graded(step = "2B", points = 1, title = "a client gives up in time, says why, and goes on with the next", runs = 2)
    void aClientGivesUpInTimeSaysWhyAndGoesOnWithTheNext(KvTrial trial) {
        KvClientOptions impatient = OPTIONS.withDeadline(Duration.ofSeconds(3));
        ClientScript script = trial.clientScript(3, impatient);
        Call call = script.begin(APPEND);
        Duration begin = script.now();
        long sequence = script.awaitRequest().request().getSequence();
        script.await(Duration.ofSeconds(5), call::isDone);
        long millis = script.now().minus(begin).toMillis();
        script.expect(
                call.result().orElse(null) instanceof KvResult.GaveUp gaveUp
                        && !gaveUp.reason().isBlank()
                        && millis >= 2_500
                        && millis <= 3_500,
                Property.LIVENESS,
                "nobody answers, so the client gives up after its deadline of 3 s and says why; after " + millis
                        + " ms it had said "
                        + call.result().map(Object::toString).orElse("nothing"));
        while (script.take().isPresent()) {
            script.run(Duration.ofMillis(1));
        }
        Call next = script.begin(APPEND);
        Asked asked = script.awaitRequest();
        script.expect(
                asked.request().getSequence() > sequence,
                Property.EXACTLY_ONCE,
                "what was given up may still be executed, so the next command has a number of its own");
        script.answer(
                asked,
                KvReply.newBuilder()
                        .setError(ErrorCode.TOO_LARGE)
                        .setLimitBytes(5)
                        .build());
        done(script, next, "that the value is too large");
        script.expect(
                next.result().get() instanceof KvResult.TooLarge tooLarge && tooLarge.limitBytes() == 5,
                Property.LIVENESS,
                "TOO_LARGE is an answer and not tried again, but the result was "
                        + next.result().get());
        Call missing = script.begin(GET);
        script.answer(
                script.awaitRequest(),
                KvReply.newBuilder().setError(ErrorCode.NO_SUCH_KEY).build());
        done(script, missing, "that there is no such key");
        script.expect(
                missing.result().get() instanceof KvResult.NoSuchKey,
                Property.LINEARIZABILITY,
                "NO_SUCH_KEY is an answer and not tried again, but the result was "
                        + missing.result().get());
    }
}
