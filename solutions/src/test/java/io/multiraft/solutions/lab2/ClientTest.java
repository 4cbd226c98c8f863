// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.solutions.lab2.FakeContext.Call;
import io.multiraft.storage.MemoryStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client whose servers the test plays with {@link #OPTIONS}. */
class ClientTest {
    private static final List<Address> SERVERS =
            Stream.of("n1", "n2", "n3").map(Address::new).toList();
    private static final KvReply OK = KvReply.getDefaultInstance();

    private final FakeContext context = new FakeContext();
    private static final KvClientOptions OPTIONS =
            new KvClientOptions(Duration.ofMillis(600), Duration.ofMillis(30), Duration.ofSeconds(10));

    private final KvClient client = new ClientFactory().create(SERVERS, OPTIONS);
    private final List<KvResult> results = new ArrayList<>();

    @BeforeEach
    void start() {
        client.start(context, new NoServices());
    }

    // ---- what comes back -------------------------------------------------------------------------------------------

    @Test
    void repliesBecomeResults() {
        get();
        reply(KvReply.newBuilder().setValue(ByteString.copyFromUtf8("v")).build());
        get();
        reply(error(ErrorCode.NO_SUCH_KEY));
        put();
        reply(OK);
        put();
        reply(KvReply.newBuilder()
                .setError(ErrorCode.TOO_LARGE)
                .setLimitBytes(9)
                .build());
        assertThat(results)
                .containsExactly(
                        new KvResult.Found(ByteString.copyFromUtf8("v")),
                        new KvResult.NoSuchKey(),
                        new KvResult.Done(),
                        new KvResult.TooLarge(9));
        assertThat(context.timers()).isZero();
    }

    @Test
    void commandsTakeTurnsAndAreNumberedFrom1() {
        put();
        get();
        put();
        assertThat(context.calls).hasSize(1);
        reply(OK);
        reply(OK);
        reply(OK);
        assertThat(results).hasSize(3);
        assertThat(context.calls)
                .extracting(call -> request(call).getSequence())
                .containsExactly(1L, 2L, 3L);
        assertThat(context.calls.stream()
                        .map(call -> request(call).getClientId())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aCommandFromWithinAResultWaitsForThoseBeforeIt() {
        client.execute(command(Operation.PUT), result -> get());
        put();
        reply(OK);
        assertThat(request(context.lastCall()).getCommand().getOperation()).isEqualTo(Operation.PUT);
        reply(OK);
        assertThat(request(context.lastCall()).getCommand().getOperation()).isEqualTo(Operation.GET);
    }

    @Test
    void clientsDrawTheirIds() {
        FakeContext elsewhere = new FakeContext(new MemoryStorage(MemoryStorage.Image.EMPTY), 2);
        KvClient other = new ClientFactory().create(SERVERS, OPTIONS);
        other.start(elsewhere, new NoServices());
        other.execute(command(Operation.PUT), results::add);
        put();
        assertThat(request(elsewhere.lastCall()).getClientId())
                .isNotEqualTo(request(context.lastCall()).getClientId());
    }

    @Test
    void aGroupWithoutServersIsRefused() {
        assertThatThrownBy(() -> new ClientFactory().create(List.of(), OPTIONS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- looking for the leader ------------------------------------------------------------------------------------

    @Test
    void aHintIsFollowedAtOnceAndTheLeaderRemembered() {
        put();
        reply(notLeader("n3"));
        assertThat(askedServers()).containsExactly("n1", "n3");
        reply(OK);
        put();
        assertThat(askedServers()).containsExactly("n1", "n3", "n3");
    }

    @Test
    void withoutAHintTheNextServerIsAskedAfterARest() {
        put();
        reply(notLeader(""));
        assertThat(context.calls).hasSize(1);
        context.pass(29);
        assertThat(context.calls).hasSize(1);
        context.pass(1);
        reply(notLeader(""));
        context.pass(30);
        reply(notLeader(""));
        context.pass(30);
        assertThat(askedServers()).containsExactly("n1", "n2", "n3", "n1");
    }

    @Test
    void aHintThatNamesTheServerItselfOrAStrangerIsNone() {
        put();
        reply(notLeader("n1"));
        context.pass(30);
        reply(notLeader("n9"));
        context.pass(30);
        assertThat(askedServers()).containsExactly("n1", "n2", "n3");
    }

    @Test
    void twoServersThatNameEachOtherAreNotAskedWithoutARest() {
        put();
        for (int i = 0; i < 1000; i++) {
            reply(notLeader(context.lastCall().to().text().equals("n1") ? "n2" : "n1"));
            context.pass(1);
        }
        assertThat(results).isEmpty();
        assertThat(context.calls).hasSizeLessThan(2 * 1000 / 30 + 5);
    }

    @Test
    void aSilentServerIsGivenUpForTheNext() {
        put();
        context.pass(600);
        context.pass(600);
        context.pass(600);
        assertThat(askedServers()).containsExactly("n1", "n2", "n3", "n1");
        assertThat(context.calls)
                .extracting(call -> request(call).getSequence())
                .containsOnly(1L);
    }

    @Test
    void whatWasNotCommittedInTimeIsTriedAgainWithTheSameNumber() {
        put();
        context.pass(500);
        reply(error(ErrorCode.TIMEOUT));
        assertThat(askedServers()).containsExactly("n1", "n2");
        assertThat(context.calls)
                .extracting(call -> request(call).getSequence())
                .containsOnly(1L);
    }

    // ---- late replies ----------------------------------------------------------------------------------------------

    @Test
    void aLateReplyToAnEarlierCommandIsNotTakenForTheNext() {
        get();
        Call first = context.lastCall();
        context.pass(600);
        reply(error(ErrorCode.NO_SUCH_KEY));
        get();
        first.onReply()
                .accept(KvReply.newBuilder()
                        .setValue(ByteString.copyFromUtf8("late"))
                        .build());
        assertThat(results).containsExactly(new KvResult.NoSuchKey());
        reply(OK);
        assertThat(results).containsExactly(new KvResult.NoSuchKey(), new KvResult.Found(ByteString.EMPTY));
    }

    @Test
    void aLateAnswerToTheSameCommandIsItsAnswer() {
        put();
        Call first = context.lastCall();
        context.pass(600);
        first.onReply().accept(OK);
        assertThat(results).containsExactly(new KvResult.Done());
        reply(OK);
        assertThat(results).hasSize(1);
        put();
        assertThat(askedServers()).containsExactly("n1", "n2", "n1");
    }

    @Test
    void aLateRefusalSaysNothing() {
        put();
        Call first = context.lastCall();
        context.pass(600);
        first.onReply().accept(notLeader("n3"));
        first.onReply().accept(error(ErrorCode.SUPERSEDED));
        assertThat(askedServers()).containsExactly("n1", "n2");
        assertThat(results).isEmpty();
    }

    // ---- giving up -------------------------------------------------------------------------------------------------

    @Test
    void aCommandIsGivenUpAtItsDeadlineWithWhatWasSeenLast() {
        put();
        get();
        context.pass(9_999);
        assertThat(results).isEmpty();
        context.pass(1);
        assertThat(results)
                .containsExactly(new KvResult.GaveUp("n2 was asked last and has not answered for 400 ms; "
                        + "n1 did not answer within 600 ms; 17 attempts"));
        assertThat(request(context.lastCall()).getSequence()).isEqualTo(2);
    }

    @Test
    void theReasonNamesARefusal() {
        KvClientOptions calm =
                new KvClientOptions(Duration.ofMillis(600), Duration.ofSeconds(1), Duration.ofMillis(100));
        KvClient hasty = new ClientFactory().create(SERVERS, calm);
        hasty.start(context, new NoServices());
        hasty.execute(command(Operation.PUT), results::add);
        reply(notLeader(""));
        context.pass(100);
        assertThat(results).containsExactly(new KvResult.GaveUp("n1 answered NOT_LEADER; 1 attempt"));
    }

    @Test
    void whatNoAttemptCanChangeIsGivenUpAtOnce() {
        put();
        reply(error(ErrorCode.SUPERSEDED));
        assertThat(results).containsExactly(new KvResult.GaveUp("n1 answered SUPERSEDED; 1 attempt"));
        assertThat(context.timers()).isZero();
    }

    @Test
    void aFirstAttemptWithoutAnAnswerIsCalledThat() {
        KvClient hasty = new ClientFactory().create(SERVERS, OPTIONS.withDeadline(OPTIONS.backoff()));
        hasty.start(context, new NoServices());
        hasty.execute(command(Operation.PUT), results::add);
        context.pass(30);
        assertThat(results)
                .containsExactly(new KvResult.GaveUp("n1 was asked last and has not answered for 30 ms; 1 attempt"));
    }

    // ---- speaking --------------------------------------------------------------------------------------------------

    private void put() {
        client.execute(command(Operation.PUT), results::add);
    }

    private void get() {
        client.execute(command(Operation.GET), results::add);
    }

    private void reply(KvReply reply) {
        context.lastCall().onReply().accept(reply);
    }

    private List<String> askedServers() {
        return context.calls.stream().map(call -> call.to().text()).toList();
    }

    private static KvRequest request(Call call) {
        return (KvRequest) call.request();
    }

    private static KvCommand command(Operation operation) {
        return KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8("k"))
                .build();
    }

    private static KvReply notLeader(String hint) {
        return KvReply.newBuilder()
                .setError(ErrorCode.NOT_LEADER)
                .setLeaderHint(hint)
                .build();
    }

    private static KvReply error(ErrorCode code) {
        return KvReply.newBuilder().setError(code).build();
    }
}
