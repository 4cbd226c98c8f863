// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import io.multiraft.node.Address;
import io.multiraft.raft.ReadIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * The reads that wait for the proof that their leader still leads (Raft dissertation, section 6.4).
 *
 * <p>Proofs are made in rounds. All reads that have arrived before a round begins share it: they get the commitIndex of
 * its beginning, as soon as a majority has answered an AppendEntries that was sent since. Reads that arrive while a round
 * is under way wait for the next one, because what was sent before they arrived proves nothing to them.
 */
final class PendingReads {
    // region 2D
    private List<Consumer<ReadIndex>> arrived = new ArrayList<>();
    private List<Consumer<ReadIndex>> inRound = List.of();

    /** What the reads of the round are answered with. */
    private long readIndex;

    /** Number of the last round; rounds are counted from 1. */
    private long round;

    /** Of each follower, the highest round in which something was sent that it has answered. */
    private final Map<Address, Long> confirmed = new TreeMap<>();

    // endregion
    /** No reads yet, in a group of a leader and {@code peers}. */
    PendingReads(List<Address> peers) {
        // region 2D |
        peers.forEach(peer -> confirmed.put(peer, 0L));
        // endregion
    }

    /** The number that an AppendEntries which leaves now has to carry in mind until it is answered. */
    long round() {
        // region 2D | return 0;
        return round;
        // endregion
    }

    /** {@code peer} has answered, in the leader's term, an AppendEntries that was sent when {@code sentInRound} was the last. */
    void confirmed(Address peer, long sentInRound) {
        // region 2D |
        confirmed.merge(peer, sentInRound, Math::max);
        answerConfirmed();
        // endregion
    }

    // region 2D
    /** A read has arrived; it waits for the next round. */
    void add(Consumer<ReadIndex> answer) {
        arrived.add(answer);
    }

    /**
     * Begins a round for the reads that have arrived, unless there are none or a round is under way.
     *
     * @param commitIndex of a leader that has committed an entry of its term, and so knows of all that was committed before
     * @return whether a round has begun: the followers are to be asked now
     */
    boolean beginRound(long commitIndex) {
        if (arrived.isEmpty() || !inRound.isEmpty()) {
            return false;
        }
        round++;
        readIndex = commitIndex;
        inRound = arrived;
        arrived = new ArrayList<>();
        answerConfirmed(); // a group of one has nobody to ask
        return true;
    }

    private void answerConfirmed() {
        LongStream others = confirmed.values().stream().mapToLong(Long::longValue);
        long[] rounds = LongStream.concat(LongStream.of(round), others).toArray();
        if (!inRound.isEmpty() && Quorum.reachedByMajority(rounds) == round) {
            List<Consumer<ReadIndex>> answered = inRound;
            inRound = List.of();
            ReadIndex ready = new ReadIndex.Ready(readIndex);
            answered.forEach(answer -> answer.accept(ready));
        }
    }

    // endregion
    /** The leader leads no more; nothing waits any longer. */
    void giveUp(Optional<Address> leaderHint) {
        // region 2D |
        List<Consumer<ReadIndex>> waiting = new ArrayList<>(inRound);
        waiting.addAll(arrived);
        inRound = List.of();
        arrived = new ArrayList<>();
        waiting.forEach(answer -> answer.accept(new ReadIndex.NotLeader(leaderHint)));
        // endregion
    }
}
