// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The search in one partition, which can be interrupted. Calls and returns stand in a list in the order of the history. An
 * operation is placed when its call and return are taken out of the list; a return that is reached without having been placed
 * shows that the last placement was wrong. Which operations were placed, together with the state they led to, is remembered:
 * to come there again on another way leads nowhere new.
 */
final class PartitionSearch<S, I, O> {
    enum State {
        SEARCHING,
        LINEARIZABLE,
        VIOLATED
    }

    /** A call, or a return, in the list. */
    private static final class Event {
        private final int operation;
        private Event partner; // of a call: its return; null: this is a return
        private Event previous;
        private Event next;

        Event(int operation) {
            this.operation = operation;
        }
    }

    /** What was tried: which operations were placed, and the state that they led to. */
    private static final class Tried {
        private final long[] placed;
        private final Object state;
        private final int hash;

        Tried(long[] placed, Object state, long placedHash) {
            this.placed = placed;
            this.state = state;
            this.hash = Long.hashCode(placedHash) * 31 + state.hashCode();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tried tried
                    && tried.hash == hash
                    && Arrays.equals(tried.placed, placed)
                    && tried.state.equals(state);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private record Placement<S>(Event call, S stateBefore) {}

    private final Model<S, I, O> model;
    private final Object partition;
    private final List<Operation<I, O>> operations;
    private final Event head = new Event(-1);
    private final Set<Tried> tried = new HashSet<>();
    private final List<Placement<S>> placements = new ArrayList<>();
    private final long[] placed;

    private S state;
    private long placedHash;
    private Event event;
    private long steps;
    private List<Integer> longest = List.of();
    private S longestState;
    private int stuckAt = -1;

    PartitionSearch(Model<S, I, O> model, Object partition, List<Operation<I, O>> operations) {
        this.model = model;
        this.partition = partition;
        this.operations = operations.stream()
                .sorted(Comparator.comparingLong(Operation::called))
                .toList();
        this.state = model.initial();
        this.longestState = state;
        this.placed = new long[(operations.size() + 63) / 64];
        link();
        event = head.next;
    }

    private void link() {
        record At(long position, Event event) {}
        List<At> all = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Event call = new Event(i);
            call.partner = new Event(i);
            all.add(new At(operations.get(i).called(), call));
            all.add(new At(operations.get(i).returned(), call.partner));
        }
        all.sort(Comparator.comparingLong(At::position)); // stable: open operations return in the order of their calls
        Event last = head;
        for (At each : all) {
            last.next = each.event();
            each.event().previous = last;
            last = each.event();
        }
    }

    long steps() {
        return steps;
    }

    /** Goes on for at most {@code maxSteps}. */
    State advance(long maxSteps) {
        for (long end = steps + maxSteps; steps < end; steps++) {
            if (head.next == null) {
                return State.LINEARIZABLE;
            }
            if (event.partner != null) {
                tryToPlace();
            } else if (!takeBack()) {
                return State.VIOLATED;
            }
        }
        return head.next == null ? State.LINEARIZABLE : State.SEARCHING;
    }

    private void tryToPlace() {
        Operation<I, O> operation = operations.get(event.operation);
        Optional<S> next = model.step(state, operation.input(), operation.output());
        if (next.isPresent() && isNew(event.operation, next.get())) {
            placements.add(new Placement<>(event, state));
            state = next.get();
            flip(event.operation);
            remove(event);
            event = head.next;
        } else {
            event = event.next;
        }
    }

    private boolean isNew(int operation, S next) {
        flip(operation);
        boolean isNew = tried.add(new Tried(placed.clone(), next, placedHash));
        flip(operation);
        return isNew;
    }

    /** At a return that nothing explains: the last placement was wrong. */
    private boolean takeBack() {
        if (placements.size() > longest.size() || stuckAt < 0) {
            longest = placements.stream().map(each -> each.call().operation).toList();
            longestState = state;
            stuckAt = event.operation;
        }
        if (placements.isEmpty()) {
            return false;
        }
        Placement<S> last = placements.remove(placements.size() - 1);
        state = last.stateBefore();
        flip(last.call().operation);
        putBack(last.call());
        event = last.call().next;
        return true;
    }

    private void flip(int operation) {
        placed[operation >> 6] ^= 1L << operation;
        // a fixed pattern of bits for each operation (the finalizer of MurmurHash3)
        long mixed = (operation + 1L) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        placedHash ^= mixed ^ (mixed >>> 33);
    }

    private static void remove(Event call) {
        unlink(call);
        unlink(call.partner);
    }

    private static void unlink(Event event) {
        event.previous.next = event.next;
        if (event.next != null) {
            event.next.previous = event.previous;
        }
    }

    private static void putBack(Event call) {
        relink(call.partner);
        relink(call);
    }

    private static void relink(Event event) {
        event.previous.next = event;
        if (event.next != null) {
            event.next.previous = event;
        }
    }

    Verdict.Violation<I, O> violation(long allSteps) {
        Operation<I, O> offending = operations.get(stuckAt);
        List<Operation<I, O>> order = longest.stream().map(operations::get).toList();
        String before = order.isEmpty()
                ? "at the beginning"
                : "after " + order.size() + " operations, the last of them " + words(order.get(order.size() - 1));
        String explanation = words(offending) + " fits nowhere: " + before + ", "
                + partition + " is " + model.describe(longestState) + "; no order of " + operations.size()
                + " operations explains all answers";
        return new Verdict.Violation<>(allSteps, partition, operations, order, offending, explanation);
    }

    private String words(Operation<I, O> operation) {
        return model.describe(operation.input(), operation.output()) + " of client " + operation.client();
    }
}
