// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.service.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
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

    // region 2A
    private record Proposed(ByteString entry, Waiter waiter) {}

    private record Applied(ByteString entry, Outcome outcome) {}

    private final NavigableMap<Long, Proposed> proposed = new TreeMap<>();

    /** What was applied while a command was being proposed: a group of one commits within the call. */
    private final Map<Long, Applied> meanwhile = new HashMap<>();

    private int proposals;

    // endregion
    // region 2D
    private final NavigableMap<Long, List<Runnable>> reads = new TreeMap<>();

    // endregion
    /**
     * Somebody begins to wait.
     *
     * @param deadlineMicros not before the deadline of those who have come earlier
     */
    Waiter add(Consumer<Outcome> answer, long deadlineMicros) {
        // region 2A | throw new TodoException("2A", "note that somebody waits, and until when");
        while (!inOrder.isEmpty() && inOrder.element().isAnswered()) {
            inOrder.remove();
        }
        Waiter waiter = new Waiter(answer, deadlineMicros);
        inOrder.add(waiter);
        return waiter;
        // endregion
    }

    // ---- commands ---------------------------------------------------------------------------------------------------

    /** A command is going to be proposed; at which index is not known yet. Ends with {@link #endProposal}. */
    void beginProposal() {
        // region 2A |
        proposals++;
        // endregion
    }

    /** {@code waiter} waits for {@code entry}, which was accepted at {@code index} and may be applied already. */
    void await(long index, ByteString entry, Waiter waiter) {
        // region 2A | throw new TodoException("2A", "note who waits for the entry at an index");
        Applied applied = meanwhile.get(index);
        if (applied == null) {
            proposed.put(index, new Proposed(entry, waiter));
        } else {
            answer(new Proposed(entry, waiter), applied);
        }
        // endregion
    }

    /** Who waits for the command that was proposed is known now. */
    void endProposal() {
        // region 2A |
        proposals--;
        if (proposals == 0) {
            meanwhile.clear();
        }
        // endregion
    }

    /** {@code entry} was applied at {@code index}: whoever waits there is answered. */
    void applied(long index, ByteString entry, Outcome outcome) {
        // region 2A | throw new TodoException("2A", "answer who waits at this index");
        Applied applied = new Applied(entry, outcome);
        Proposed waiting = proposed.remove(index);
        if (waiting != null) {
            answer(waiting, applied);
        } else if (proposals > 0) {
            meanwhile.put(index, applied);
        }
        // endregion
    }

    // region 2A
    private static void answer(Proposed waiting, Applied applied) {
        boolean same = waiting.entry().equals(applied.entry());
        waiting.waiter().give(same ? applied.outcome() : new Outcome.NotLeader(Optional.empty()));
    }

    // endregion
    /** A snapshot took the place of the entries up to {@code index}: what came of them is not seen any more. */
    void skipped(long index) {
        // region 2C |
        NavigableMap<Long, Proposed> upToIndex = proposed.headMap(index, true);
        List<Proposed> waiting = List.copyOf(upToIndex.values());
        upToIndex.clear();
        waiting.forEach(each -> each.waiter().give(new Outcome.NotLeader(Optional.empty())));
        // endregion
    }

    // ---- reads ------------------------------------------------------------------------------------------------------

    // region 2D
    /** {@code read} is to run as soon as {@code index} is applied. */
    void awaitApplied(long index, Runnable read) {
        reads.computeIfAbsent(index, none -> new ArrayList<>()).add(read);
    }

    // endregion
    /** Runs the reads that wait for no more than {@code appliedIndex}. */
    void runReads(long appliedIndex) {
        // region 2D |
        while (!reads.isEmpty() && reads.firstKey() <= appliedIndex) {
            reads.pollFirstEntry().getValue().forEach(Runnable::run);
        }
        // endregion
    }

    // ---- those who wait in vain -------------------------------------------------------------------------------------

    /** This member leads no more: whatever it has accepted may or may not be committed by others. */
    void giveUp(Optional<Address> leaderHint) {
        // region 2A | throw new TodoException("2A", "answer all who wait that this member is not the leader");
        Collection<Waiter> waiting = List.copyOf(inOrder);
        inOrder.clear();
        proposed.clear();
        waiting.forEach(waiter -> waiter.give(new Outcome.NotLeader(leaderHint)));
        // endregion
    }

    /**
     * Answers all whose deadline has come.
     *
     * @return the next deadline, if anybody still waits
     */
    OptionalLong expire(long nowMicros) {
        // region 2A | throw new TodoException("2A", "answer who has waited too long");
        while (!inOrder.isEmpty()
                && (inOrder.element().isAnswered() || inOrder.element().deadlineMicros <= nowMicros)) {
            inOrder.remove().give(new Outcome.TimedOut());
        }
        return inOrder.isEmpty() ? OptionalLong.empty() : OptionalLong.of(inOrder.element().deadlineMicros);
        // endregion
    }
}
