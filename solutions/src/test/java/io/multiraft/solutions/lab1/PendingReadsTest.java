// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.node.Address;
import io.multiraft.raft.ReadIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PendingReadsTest {
    private static final Address N2 = new Address("n2");
    private static final Address N3 = new Address("n3");
    private static final Address N4 = new Address("n4");

    private final PendingReads reads = new PendingReads(List.of(N2, N3));
    private final List<ReadIndex> answers = new ArrayList<>();

    @Test
    void aReadIsAnsweredWithTheCommitIndexOfTheBeginningOfItsRound() {
        reads.add(answers::add);
        assertThat(reads.beginRound(7)).isTrue();
        assertThat(answers).isEmpty();
        reads.confirmed(N2, 1);
        assertThat(answers).containsExactly(new ReadIndex.Ready(7));
    }

    @Test
    void whatWasSentBeforeTheRoundBeganProvesNothing() {
        long before = reads.round();
        reads.add(answers::add);
        reads.beginRound(7);
        reads.confirmed(N2, before);
        reads.confirmed(N3, before);
        assertThat(answers).isEmpty();
    }

    @Test
    void allThatHaveArrivedShareARound() {
        reads.add(answers::add);
        reads.add(answers::add);
        assertThat(reads.beginRound(7)).isTrue();
        reads.confirmed(N3, reads.round());
        assertThat(answers).hasSize(2);
        assertThat(reads.beginRound(7)).isFalse();
    }

    @Test
    void aReadThatArrivesWhileARoundIsUnderWayWaitsForTheNext() {
        reads.add(answers::add);
        reads.beginRound(7);
        reads.add(answers::add);
        assertThat(reads.beginRound(8)).isFalse();
        reads.confirmed(N2, 1);
        assertThat(answers).hasSize(1);
        assertThat(reads.beginRound(9)).isTrue();
        reads.confirmed(N2, 1);
        assertThat(answers).hasSize(1);
        reads.confirmed(N3, 2);
        assertThat(answers).containsExactly(new ReadIndex.Ready(7), new ReadIndex.Ready(9));
    }

    @Test
    void theSameFollowerTwiceIsNoMajority() {
        PendingReads ofFive = new PendingReads(List.of(N2, N3, N4, new Address("n5")));
        ofFive.add(answers::add);
        ofFive.beginRound(1);
        ofFive.confirmed(N2, 1);
        ofFive.confirmed(N2, 1);
        assertThat(answers).isEmpty();
        ofFive.confirmed(N3, 1);
        assertThat(answers).hasSize(1);
    }

    @Test
    void halfOfAnEvenGroupIsNoMajority() {
        PendingReads ofFour = new PendingReads(List.of(N2, N3, N4));
        ofFour.add(answers::add);
        ofFour.beginRound(1);
        ofFour.confirmed(N4, 1);
        assertThat(answers).isEmpty();
        ofFour.confirmed(N2, 1);
        assertThat(answers).hasSize(1);
    }

    @Test
    void aGroupOfOneNeedsNoProof() {
        PendingReads alone = new PendingReads(List.of());
        alone.add(answers::add);
        assertThat(alone.beginRound(3)).isTrue();
        assertThat(answers).containsExactly(new ReadIndex.Ready(3));
    }

    @Test
    void aReadMayAskForAnotherOneFromWithinItsAnswer() {
        PendingReads alone = new PendingReads(List.of());
        alone.add(answer -> {
            answers.add(answer);
            alone.add(answers::add);
            alone.beginRound(4);
        });
        alone.beginRound(3);
        assertThat(answers).containsExactly(new ReadIndex.Ready(3), new ReadIndex.Ready(4));
    }

    @Test
    void whoeverWaitsHearsThatLeadershipIsLost() {
        reads.add(answers::add);
        reads.beginRound(7);
        reads.add(answers::add);
        reads.giveUp(Optional.of(N3));
        reads.confirmed(N2, 1);
        assertThat(answers)
                .containsExactly(new ReadIndex.NotLeader(Optional.of(N3)), new ReadIndex.NotLeader(Optional.of(N3)));
    }
}
