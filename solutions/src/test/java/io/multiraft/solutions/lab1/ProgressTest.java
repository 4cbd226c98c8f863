// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.LogEntry;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Address PEER = new Address("n2");
    private static final int WINDOW_BYTES = 1000;

    private final RaftLog log = new RaftLog();

    // ---- probing ---------------------------------------------------------------------------------------------------

    @Test
    void aNewFollowerIsProbedAtTheEndOfTheLeadersLog() {
        append(10, 1);
        Progress follower = new Progress(PEER, 10, WINDOW_BYTES);
        assertThat(follower.nextIndex()).isEqualTo(11);
        assertThat(follower.matchIndex()).isZero();
        assertThat(follower.canBeProbed(log)).isTrue();
        assertThat(follower.heartbeat()).isEqualTo(10);

        append(1, 1);
        assertThat(follower.entriesToSend(log)).isEmpty();
    }

    @Test
    void emptyLogsMatchSoTheFirstEntriesLeaveAtOnce() {
        Progress follower = new Progress(PEER, 0, WINDOW_BYTES);
        append(1, 1);
        assertThat(follower.entriesToSend(log)).hasSize(1);
    }

    @Test
    void aMatchEndsTheProbingAndStreamsFromThere() {
        Progress follower = probedFollowerOf(10);
        assertThat(follower.refused(follower.attempt(), 10, 10, 4)).isTrue();
        assertThat(follower.nextIndex()).isEqualTo(4);
        assertThat(follower.canBeProbed(log)).isTrue();

        follower.confirmed(3);
        assertThat(follower.matchIndex()).isEqualTo(3);
        assertThat(follower.entriesToSend(log)).hasSize(7);
    }

    @Test
    void whatIsCompactedCanNeitherBeProbedNorSent() {
        Progress follower = probedFollowerOf(10);
        follower.refused(follower.attempt(), 10, 10, 4);
        log.compactTo(6);
        assertThat(follower.canBeProbed(log)).isFalse();
        assertThat(follower.entriesToSend(log)).isEmpty();

        follower.confirmed(3);
        assertThat(follower.entriesToSend(log)).isEmpty();
    }

    // ---- streaming -------------------------------------------------------------------------------------------------

    @Test
    void entriesLeaveAheadOfTheirConfirmationUpToTheWindow() {
        Progress follower = new Progress(PEER, 0, WINDOW_BYTES);
        for (int message = 0; message < Progress.WINDOW; message++) {
            append(1, 1);
            send(follower);
        }
        append(2, 1);
        assertThat(follower.entriesToSend(log)).isEmpty();

        follower.confirmed(1);
        assertThat(follower.entriesToSend(log)).hasSize(2);
    }

    @Test
    void bytesOnTheirWayAreBoundedAndALongerEntryLeavesAlone() {
        Progress follower = new Progress(PEER, 0, WINDOW_BYTES);
        append(1, 600);
        send(follower);
        append(1, 600);
        assertThat(follower.entriesToSend(log)).isEmpty();
        append(1, 5000);
        append(1, 1);

        follower.confirmed(1);
        assertThat(send(follower)).hasSize(1);
        follower.confirmed(2);
        assertThat(send(follower))
                .extracting(entry -> entry.getCommand().size())
                .containsExactly(5000);
        assertThat(follower.entriesToSend(log)).isEmpty();
        follower.confirmed(3);
        assertThat(follower.entriesToSend(log)).hasSize(1);
    }

    @Test
    void theConfirmationOfALaterMessageCoversTheEarlierOnes() {
        Progress follower = new Progress(PEER, 0, WINDOW_BYTES);
        for (int message = 0; message < Progress.WINDOW; message++) {
            append(1, 1);
            send(follower);
        }
        follower.confirmed(Progress.WINDOW);
        follower.confirmed(1);
        assertThat(follower.matchIndex()).isEqualTo(Progress.WINDOW);
        assertThat(follower.nextIndex()).isEqualTo(Progress.WINDOW + 1);
        append(1, 1);
        assertThat(follower.entriesToSend(log)).hasSize(1);
    }

    // ---- refusals --------------------------------------------------------------------------------------------------

    @Test
    void anOvertakenMessageIsSentAgainAtOnce() {
        Progress follower = streamingFollower(1, 2); // each in a message; the second one arrives first and is refused
        assertThat(follower.refused(follower.attempt(), 1, 2, 1)).isTrue();
        follower.confirmed(1);
        assertThat(follower.nextIndex()).isEqualTo(2);
        assertThat(follower.entriesToSend(log)).hasSize(1);
    }

    @Test
    void aRefusalThatComesAfterTheConfirmationOfTheMessageBeforeStillCounts() {
        Progress follower = streamingFollower(1, 2);
        follower.confirmed(1);
        assertThat(follower.refused(follower.attempt(), 1, 2, 1)).isTrue();
        assertThat(follower.entriesToSend(log)).hasSize(1);
    }

    @Test
    void allRefusalsOfOneAttemptAreOneStepBack() {
        Progress follower = streamingFollower(1, 2, 3);
        int attempt = follower.attempt();
        assertThat(follower.refused(attempt, 1, 2, 1)).isTrue();
        send(follower);
        assertThat(follower.nextIndex()).isEqualTo(4);
        assertThat(follower.refused(attempt, 2, 3, 1)).isFalse();
        assertThat(follower.nextIndex()).isEqualTo(4);
    }

    @Test
    void aRefusalOfWhatIsMatchedIsOldNews() {
        Progress follower = streamingFollower(1, 2);
        follower.confirmed(2);
        assertThat(follower.refused(follower.attempt(), 1, 2, 1)).isFalse();
        assertThat(follower.refused(follower.attempt(), 0, 0, 0)).isFalse();
        assertThat(follower.nextIndex()).isEqualTo(3);
    }

    @Property(seed = "20261125")
    void nextIndexStaysBehindMatchIndexWhateverIsAnswered(
            @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 5999) Integer> answers) {
        append(30 - (int) log.lastIndex(), 1); // all tries share the log
        Progress follower = new Progress(PEER, 30, 20);
        long matched = 0;
        for (int answer : answers) {
            long index = answer / 10 % 20; // late confirmations may be ahead of nextIndex, refusals of this attempt not
            switch (answer % 10) {
                case 0, 1, 2 -> follower.confirmed(index);
                case 3, 4, 5 -> refuse(follower, index % follower.nextIndex(), answer % 25);
                case 6 -> follower.refused(follower.attempt() - 1, index, index, 0);
                default -> {
                    if (!follower.entriesToSend(log).isEmpty()) {
                        send(follower);
                    }
                }
            }
            assertThat(follower.matchIndex()).isGreaterThanOrEqualTo(matched);
            assertThat(follower.nextIndex())
                    .isGreaterThan(follower.matchIndex())
                    .isLessThanOrEqualTo(31);
            assertThat(follower.heartbeat()).isBetween(follower.matchIndex(), follower.nextIndex() - 1);
            matched = follower.matchIndex();
        }
    }

    private static void refuse(Progress follower, long prevIndex, long retryFrom) {
        follower.refused(follower.attempt(), prevIndex, follower.nextIndex() - 1, retryFrom);
    }

    // ---- heartbeats ------------------------------------------------------------------------------------------------

    @Test
    void aHeartbeatAsksForWhatLeftBeforeTheLastOne() {
        Progress follower = streamingFollower(1, 2);
        assertThat(follower.heartbeat()).isZero();
        append(1, 1);
        send(follower);
        assertThat(follower.heartbeat()).isEqualTo(2);
        assertThat(follower.heartbeat()).isEqualTo(3);
    }

    @Test
    void aHeartbeatAsksForAllThatIsMatchedSoThatTheFollowerMayCommitIt() {
        Progress follower = streamingFollower(1, 2);
        follower.confirmed(2);
        assertThat(follower.heartbeat()).isEqualTo(2);
    }

    @Test
    void aHeartbeatThatIsRefusedBringsLostEntriesBack() {
        Progress follower = streamingFollower(1, 2);
        follower.heartbeat();
        assertThat(follower.refused(follower.attempt(), follower.heartbeat(), 2, 1))
                .isTrue();
        assertThat(follower.entriesToSend(log)).hasSize(2);
    }

    // ---- followers -------------------------------------------------------------------------------------------------

    private Progress probedFollowerOf(int lastIndex) {
        append(lastIndex, 1);
        return new Progress(PEER, lastIndex, WINDOW_BYTES);
    }

    /** A follower to which the entries at {@code indices} are on their way, each in its own message. */
    private Progress streamingFollower(int... indices) {
        Progress follower = new Progress(PEER, 0, WINDOW_BYTES);
        for (int index : indices) {
            append(1, 1);
            send(follower);
            assertThat(follower.nextIndex()).isEqualTo(index + 1);
        }
        return follower;
    }

    private List<LogEntry> send(Progress follower) {
        List<LogEntry> entries = follower.entriesToSend(log);
        follower.sent(entries);
        return entries;
    }

    private void append(int count, int bytes) {
        for (int i = 0; i < count; i++) {
            log.append(LogEntry.newBuilder()
                    .setTerm(1)
                    .setCommand(ByteString.copyFrom(new byte[bytes]))
                    .build());
        }
    }
}
