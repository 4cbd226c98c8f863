// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.raft.ReadIndex;
import io.multiraft.raft.Snapshot;
import io.multiraft.raft.StateMachine;
import io.multiraft.service.Answer;
import io.multiraft.service.Application;
import io.multiraft.service.ClientRequest;
import io.multiraft.service.Outcome;
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.ServiceOptions;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.StoredRecord;
import io.multiraft.storage.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One member whose Raft the test plays. */
class ReplicaTest {
    private static final Outcome UNKNOWN = new Outcome.NotLeader(Optional.empty());

    private final List<Outcome> answers = new ArrayList<>();
    private final Text text = new Text();
    private FakeContext context = new FakeContext();
    private ServiceOptions options = ServiceOptions.DEFAULT;
    private ReplicatedService service;
    private FakeRaft raft;

    /** Appends each command to one text, and answers with that; turns away what begins with "no". */
    private static final class Text implements Application {
        private static final ByteString KEY = ByteString.copyFromUtf8("text");
        private int replaced;

        @Override
        public Answer execute(ByteString command, State state) {
            if (command.toStringUtf8().startsWith("no")) {
                return Answer.turnedAway(ByteString.copyFromUtf8("turned away"));
            }
            state.put(KEY, state.get(KEY).orElse(ByteString.EMPTY).concat(command));
            return Answer.executed(read(command, state));
        }

        @Override
        public ByteString read(ByteString command, StateReader state) {
            return state.get(KEY).orElse(ByteString.EMPTY);
        }

        @Override
        public long sessionScope(ByteString command) {
            return command.toStringUtf8().startsWith("other") ? 1 : 0;
        }

        @Override
        public void stateReplaced(StateReader state) {
            replaced++;
        }
    }

    // ---- 2A: operations through the log ----------------------------------------------------------------------------

    @Test
    void aCommandIsAnsweredWhenItIsApplied() {
        boot();
        submit(7, 1, "a");
        assertThat(answers).isEmpty();
        raft.commit();
        assertThat(answers).containsExactly(answered("a"));
    }

    @Test
    void aGroupOfOneAnswersWithinTheCall() {
        boot();
        raft.alone = true;
        submit(7, 1, "a");
        submit(7, 2, "b");
        assertThat(answers).containsExactly(answered("a"), answered("ab"));
    }

    @Test
    void aCommandFromWithinAnAnswerIsExecutedToo() {
        boot();
        raft.alone = true;
        service.submit(new ClientRequest(7, 1, bytes("a")), first -> {
            answers.add(first);
            submit(7, 2, "b");
        });
        assertThat(answers).containsExactly(answered("a"), answered("ab"));
    }

    @Test
    void whoeverIsNotTheLeaderSaysWhoIs() {
        boot();
        raft.follow("n2");
        submit(7, 1, "a");
        service.propose(bytes("b"), answers::add);
        assertThat(answers).containsExactly(notLeader("n2"), notLeader("n2"));
    }

    @Test
    void allWhoWaitAreAnsweredWhenLeadershipIsLost() {
        boot();
        submit(7, 1, "a");
        submit(8, 1, "b");
        raft.follow("n3");
        assertThat(answers).containsExactly(notLeader("n3"), notLeader("n3"));
        raft.commit();
        context.pass(10_000);
        assertThat(answers).hasSize(2);
    }

    @Test
    void anotherEntryAtTheIndexDoesNotAnswerACommand() {
        boot();
        submit(7, 1, "a");
        raft.log.set(0, ByteString.EMPTY);
        raft.commit();
        assertThat(answers).containsExactly(UNKNOWN);
        assertThat(textIn(service)).isEmpty();
    }

    @Test
    void whatIsNotCommittedInTimeIsAnsweredSo() {
        boot();
        submit(7, 1, "a");
        context.pass(1_000);
        submit(8, 1, "b");
        context.pass(999);
        assertThat(answers).isEmpty();
        context.pass(1);
        assertThat(answers).containsExactly(new Outcome.TimedOut());
        context.pass(1_000);
        assertThat(answers).hasSize(2);
        assertThat(context.timers()).isZero();
        raft.commit();
        assertThat(answers).hasSize(2);
        assertThat(textIn(service)).isEqualTo("ab");
    }

    @Test
    void oneTimerServesAllWhoWait() {
        boot();
        for (int client = 1; client <= 100; client++) {
            submit(client, 1, "x");
        }
        assertThat(context.timers()).isEqualTo(1);
    }

    @Test
    void aCommandThatIsTooLongForTheLogIsRefused() {
        boot();
        submit(7, 1, "x".repeat(1_001));
        assertThat(answers).containsExactly(new Outcome.TooLarge(1_000));
    }

    @Test
    void anEmptyCommandOfNobodyIsACommandLikeAnyOther() {
        boot();
        submit(0, 0, "");
        service.propose(ByteString.EMPTY, answers::add);
        raft.commit();
        assertThat(answers).containsExactly(answered(""), answered(""));
    }

    // ---- 2B: exactly once ------------------------------------------------------------------------------------------

    @Test
    void aCommandThatIsInTheLogTwiceIsExecutedOnceAndAnsweredTwiceAlike() {
        boot();
        submit(7, 1, "a");
        submit(8, 1, "b");
        submit(7, 1, "a");
        raft.commit();
        assertThat(answers).containsExactly(answered("a"), answered("ab"), answered("a"));
        assertThat(textIn(service)).isEqualTo("ab");
    }

    @Test
    void aLateCopyOfAnEarlierCommandIsSuperseded() {
        boot();
        submit(7, 1, "a");
        submit(7, 2, "b");
        submit(7, 1, "a");
        raft.commit();
        assertThat(answers).endsWith(new Outcome.Superseded());
        assertThat(textIn(service)).isEqualTo("ab");
    }

    @Test
    void whatIsTurnedAwayMayComeAgain() {
        boot();
        submit(7, 1, "a");
        submit(7, 2, "no");
        submit(7, 2, "b");
        submit(7, 1, "a");
        raft.commit();
        assertThat(answers)
                .containsExactly(answered("a"), answered("turned away"), answered("ab"), new Outcome.Superseded());
    }

    @Test
    void commandsOfTheServiceAreExecutedAsOftenAsTheyAreCommitted() {
        boot();
        service.propose(bytes("a"), answers::add);
        service.propose(bytes("a"), answers::add);
        raft.commit();
        assertThat(textIn(service)).isEqualTo("aa");
    }

    @Test
    void scopesHaveSessionsOfTheirOwn() {
        boot();
        submit(7, 2, "a");
        submit(7, 1, "other");
        raft.commit();
        assertThat(textIn(service)).isEqualTo("aother");
    }

    // ---- 2C: restart, snapshot, compaction -------------------------------------------------------------------------

    @Test
    void aRestartedMemberGoesOnWhereItWas() {
        boot();
        submit(7, 1, "a");
        raft.commit();
        restart();
        assertThat(raft.status().lastApplied()).isEqualTo(1);
        submit(7, 1, "a");
        submit(7, 2, "b");
        raft.commit();
        assertThat(answers).containsExactly(answered("a"), answered("a"), answered("ab"));
        assertThat(text.replaced).isEqualTo(2);
    }

    @Test
    void aSnapshotCarriesStateAndSessions() {
        boot();
        submit(7, 1, "a");
        raft.commit();
        MemoryStorage elsewhere = new MemoryStorage(MemoryStorage.Image.EMPTY);
        try (Snapshot snapshot = ((StateMachine) service).snapshot()) {
            submit(7, 2, "later");
            raft.commit();
            assertThat(snapshot.lastIncludedIndex()).isEqualTo(1);
            copy(snapshot, elsewhere);
        }
        context = new FakeContext(elsewhere, 1);
        boot();
        ((StateMachine) service).install(1, "incoming");
        assertThat(textIn(service)).isEqualTo("a");
        answers.clear();
        restart();
        submit(7, 1, "a");
        raft.commit();
        assertThat(answers).containsExactly(answered("a"));
        assertThat(textIn(service)).isEqualTo("a");
    }

    @Test
    void aSnapshotThatIsNotWhatItSaysIsAnError() {
        boot();
        assertThatThrownBy(() -> ((StateMachine) service).install(5, "incoming"))
                .hasMessage("a snapshot up to index 5 holds the state at index 0");
    }

    @Test
    void nobodyWaitsForWhatASnapshotHasTakenThePlaceOf() {
        boot();
        submit(9, 1, "x");
        raft.commit();
        answers.clear();
        MemoryStorage.Image image = context.image();
        context = new FakeContext();
        boot();
        submit(7, 1, "a");
        service.read(new ClientRequest(7, 2, bytes("")), answers::add);
        raft.reads.get(0).accept(new ReadIndex.Ready(1));
        copy(new Snapshot(1, image), (MemoryStorage) context.storage());
        ((StateMachine) service).install(1, "incoming");
        assertThat(answers).containsExactly(UNKNOWN, answered("x"));
    }

    @Test
    void theLogIsCompactedEachTimeItHasGrownByTheLimit() {
        options = ServiceOptions.DEFAULT.withCompactAfterBytes(200);
        boot();
        for (int i = 1; i <= 20; i++) {
            submit(7, i, "x".repeat(40));
            raft.commit();
        }
        int entryBytes = raft.log.get(0).size();
        int perCompaction = 200 / entryBytes;
        assertThat(raft.compacted).hasSizeBetween(20 / (perCompaction + 1), 20 / perCompaction);
        assertThat(raft.compacted).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aRestartDoesNotPostponeCompaction() {
        options = ServiceOptions.DEFAULT.withCompactAfterBytes(200);
        boot();
        int compactions = 0;
        for (int i = 1; i <= 20; i++) {
            submit(7, i, "x".repeat(40));
            raft.commit();
            compactions += raft.compacted.size();
            restart();
        }
        assertThat(compactions).isGreaterThanOrEqualTo(4);
    }

    // ---- 2D: reads without the log ---------------------------------------------------------------------------------

    @Test
    void aReadIsAnsweredWhenItsIndexIsApplied() {
        boot();
        submit(7, 1, "a");
        service.read(new ClientRequest(8, 1, bytes("")), answers::add);
        raft.reads.get(0).accept(new ReadIndex.Ready(1));
        assertThat(answers).isEmpty();
        raft.commit();
        assertThat(answers).containsExactly(answered("a"), answered("a"));
        service.read(new ClientRequest(8, 2, bytes("")), answers::add);
        raft.reads.get(1).accept(new ReadIndex.Ready(1));
        assertThat(answers).hasSize(3).endsWith(answered("a"));
        assertThat(raft.log).hasSize(1);
    }

    @Test
    void aReadThatIsNotConfirmedIsAnsweredSo() {
        boot();
        service.read(new ClientRequest(8, 1, bytes("")), answers::add);
        raft.reads.get(0).accept(new ReadIndex.NotLeader(Optional.of(new Address("n2"))));
        service.read(new ClientRequest(8, 2, bytes("")), answers::add);
        context.pass(2_000);
        raft.reads.get(1).accept(new ReadIndex.Ready(0));
        service.read(new ClientRequest(8, 3, bytes("")), answers::add);
        raft.follow("n3");
        assertThat(answers).containsExactly(notLeader("n2"), new Outcome.TimedOut(), notLeader("n3"));
    }

    // ---- speaking --------------------------------------------------------------------------------------------------

    private void boot() {
        List<Address> members = List.of(new Address("n1"), new Address("n2"), new Address("n3"));
        service = new ReplicaFactory()
                .create((config, machine, listener) -> raft = new FakeRaft(machine, listener), members, text, options);
        service.start(context, new NoServices());
    }

    private void restart() {
        context = new FakeContext(new MemoryStorage(context.image()), 1);
        boot();
    }

    private void submit(long clientId, long sequence, String command) {
        service.submit(new ClientRequest(clientId, sequence, bytes(command)), answers::add);
    }

    private static String textIn(ReplicatedService service) {
        return service.state().get(Text.KEY).orElse(ByteString.EMPTY).toStringUtf8();
    }

    private static void copy(Snapshot snapshot, MemoryStorage target) {
        try (Cursor records = snapshot.view().scan(StateMachine.KEYSPACE)) {
            while (records.hasNext()) {
                StoredRecord stored = records.next();
                target.write(Durability.RELAXED, WriteBatch.put("incoming", stored.key(), stored.value()));
            }
        }
    }

    private static Outcome answered(String reply) {
        return new Outcome.Answered(bytes(reply));
    }

    private static Outcome notLeader(String hint) {
        return new Outcome.NotLeader(Optional.of(new Address(hint)));
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
