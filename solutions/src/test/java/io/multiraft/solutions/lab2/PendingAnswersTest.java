// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.service.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingAnswersTest {
    private static final ByteString A = ByteString.copyFromUtf8("a");
    private static final ByteString B = ByteString.copyFromUtf8("b");
    private static final Outcome DONE = new Outcome.Answered(ByteString.copyFromUtf8("done"));
    private static final Outcome NOT_LEADER = new Outcome.NotLeader(Optional.empty());

    private final PendingAnswers pending = new PendingAnswers();
    private final List<Outcome> answers = new ArrayList<>();

    @Test
    void whoWaitsForAnEntryHearsWhatCameOfIt() {
        propose(5, A, 100);
        pending.applied(4, B, NOT_LEADER);
        assertThat(answers).isEmpty();
        pending.applied(5, A, DONE);
        assertThat(answers).containsExactly(DONE);
    }

    @Test
    void anotherEntryAtTheSameIndexIsNotTheAwaitedOne() {
        propose(5, A, 100);
        pending.applied(5, B, DONE);
        assertThat(answers).containsExactly(NOT_LEADER);
    }

    @Test
    void anEntryMayBeAppliedBeforeItsIndexIsKnown() {
        pending.beginProposal();
        pending.applied(5, A, DONE);
        pending.await(5, A, pending.add(answers::add, 100));
        pending.endProposal();
        assertThat(answers).containsExactly(DONE);
        assertThat(pending.expire(1_000)).isEmpty();
        assertThat(answers).hasSize(1);
    }

    @Test
    void aProposalFromWithinAnAnswerIsToldFromTheOneAround() {
        pending.beginProposal();
        pending.applied(5, A, DONE);
        propose(6, B, 100);
        pending.await(5, A, pending.add(answers::add, 100));
        pending.endProposal();
        assertThat(answers).containsExactly(DONE);
        pending.applied(6, B, DONE);
        assertThat(answers).containsExactly(DONE, DONE);
    }

    @Test
    void theTimeOfEachIsLimited() {
        propose(5, A, 100);
        propose(6, B, 150);
        assertThat(pending.expire(99)).hasValue(100);
        assertThat(pending.expire(100)).hasValue(150);
        assertThat(answers).containsExactly(new Outcome.TimedOut());
        pending.applied(5, A, DONE);
        pending.applied(6, B, DONE);
        assertThat(answers).containsExactly(new Outcome.TimedOut(), DONE);
        assertThat(pending.expire(100)).isEmpty();
    }

    @Test
    void allHearThatLeadershipIsLostAndNobodyTwice() {
        propose(5, A, 100);
        propose(6, B, 100);
        Outcome hinted = new Outcome.NotLeader(Optional.of(new Address("n3")));
        pending.giveUp(Optional.of(new Address("n3")));
        assertThat(answers).containsExactly(hinted, hinted);
        pending.applied(5, A, DONE);
        pending.expire(1_000);
        assertThat(answers).hasSize(2);
    }

    @Test
    void nobodyWaitsForWhatASnapshotHasSkipped() {
        propose(5, A, 100);
        propose(7, B, 100);
        pending.skipped(6);
        assertThat(answers).containsExactly(NOT_LEADER);
        pending.applied(7, B, DONE);
        assertThat(answers).containsExactly(NOT_LEADER, DONE);
    }

    @Test
    void readsRunWhenTheirIndexIsApplied() {
        List<String> run = new ArrayList<>();
        pending.awaitApplied(5, () -> run.add("first"));
        pending.awaitApplied(7, () -> run.add("third"));
        pending.awaitApplied(5, () -> run.add("second"));
        pending.runReads(4);
        assertThat(run).isEmpty();
        pending.runReads(6);
        assertThat(run).containsExactly("first", "second");
        pending.runReads(7);
        pending.runReads(8);
        assertThat(run).containsExactly("first", "second", "third");
    }

    private void propose(long index, ByteString entry, long deadlineMicros) {
        pending.beginProposal();
        pending.await(index, entry, pending.add(answers::add, deadlineMicros));
        pending.endProposal();
    }
}
