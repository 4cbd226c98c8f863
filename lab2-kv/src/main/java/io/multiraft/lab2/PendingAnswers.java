// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.TodoException;
import io.multiraft.service.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Who waits for an answer, and for what: for the entry at an index, or for a state in which that index is applied.
 *
 * <p>An index alone does not name an entry: what a leader has accepted may be lost with its leadership, and another entry
 * be committed at the same index. So nobody waits beyond the term in which a command was accepted ({@link #giveUp}), and
 * the entry that is applied at an index is compared with the one that was proposed.
 */
final class PendingAnswers {

    /** Somebody who waits. Gets one answer; what comes later is dropped. */
    static final class Waiter {
        private final Consumer<Outcome> answer;
        private final long deadlineMicros;
        private boolean answered;

        private Waiter(Consumer<Outcome> answer, long deadlineMicros) {
            this.answer = answer;
            this.deadlineMicros = deadlineMicros;
        }

        /** Whether the answer was given. */
        boolean isAnswered() {
            return answered;
        }

        /** Gives the answer, unless there was one. */
        void give(Outcome outcome) {
            if (!answered) {
                answered = true;
                answer.accept(outcome);
            }
        }
    }

    private final Deque<Waiter> inOrder = new ArrayDeque<>();

    /**
     * Somebody begins to wait.
     *
     * @param deadlineMicros not before the deadline of those who have come earlier
     */
    Waiter add(Consumer<Outcome> answer, long deadlineMicros) {
        throw new TodoException("2A", "note that somebody waits, and until when");
    }

    // ---- commands ---------------------------------------------------------------------------------------------------

    /** A command is going to be proposed; at which index is not known yet. Ends with {@link #endProposal}. */
    void beginProposal() {
        // TODO 2A
    }

    /** {@code waiter} waits for {@code entry}, which was accepted at {@code index} and may be applied already. */
    void await(long index, ByteString entry, Waiter waiter) {
        throw new TodoException("2A", "note who waits for the entry at an index");
    }

    /** Who waits for the command that was proposed is known now. */
    void endProposal() {
        // TODO 2A
    }

    /** {@code entry} was applied at {@code index}: whoever waits there is answered. */
    void applied(long index, ByteString entry, Outcome outcome) {
        throw new TodoException("2A", "answer who waits at this index");
    }

    /** A snapshot took the place of the entries up to {@code index}: what came of them is not seen any more. */
    void skipped(long index) {
        // TODO 2C
    }

    // ---- reads ------------------------------------------------------------------------------------------------------

    /** Runs the reads that wait for no more than {@code appliedIndex}. */
    void runReads(long appliedIndex) {
        // TODO 2D
    }

    // ---- those who wait in vain -------------------------------------------------------------------------------------

    /** This member leads no more: whatever it has accepted may or may not be committed by others. */
    void giveUp(Optional<Address> leaderHint) {
        throw new TodoException("2A", "answer all who wait that this member is not the leader");
    }

    /**
     * Answers all whose deadline has come.
     *
     * @return the next deadline, if anybody still waits
     */
    OptionalLong expire(long nowMicros) {
        throw new TodoException("2A", "answer who has waited too long");
    }
}
