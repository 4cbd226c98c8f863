// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The search in one partition, which can be interrupted. Calls and returns stand in a list in the order of the history. An
 * operation is placed when its call and return are taken out of the list; a return that is reached without having been placed
 * shows that the last placement was wrong.
 *
 * <p>With {@link Pruning#EXACT} the calls of operations without answer stand in a second list, from which the search takes
 * only when nothing else can be placed; those that are left over at the end have never taken effect.
 */
final class PartitionSearch<S, I, O> {
    enum State {
        SEARCHING,
        LINEARIZABLE,
        VIOLATED
    }

    /** A call, or a return, in a list. */
    private static final class Event {
        private final int operation;
        private Event partner; // of a call: its return
        private boolean isReturn;
        private Event previous;
        private Event next;

        Event(int operation) {
            this.operation = operation;
        }
    }

    /** An operation without answer was placed, and nothing has needed it yet: the state there would be without it. */
    private record Without<S>(S state, Without<S> others) {}

    /**
     * An operation in its place.
     *
     * @param certain whether nothing else needs to be tried in its place
     * @param limit the first return that was in the list
     */
    private record Placement<S>(Event call, S before, Without<S> withoutBefore, boolean certain, Event limit) {}

    private final Model<S, I, O> model;
    private final Pruning pruning;
    private final List<Operation<I, O>> operations;
    /** The last operation before it that never returned either and does the same; -1: none. */
    private final int[] earlierTwin;

    private final Event head = new Event(-1);
    private final Event optional = new Event(-1);
    private final Tried tried;
    private final Demands<S, I, O> demands;
    private final List<Placement<S>> placements = new ArrayList<>();

    private S state;
    private Without<S> without;
    private Event event;
    /** The first return in the list, once the search has come to it; then {@code event} is in the second list. */
    private Event limit;

    private long steps;

    /**
     * A search that has not begun.
     *
     * @param operations by their calls
     */
    PartitionSearch(Model<S, I, O> model, List<Operation<I, O>> operations, Pruning pruning) {
        this.model = model;
        this.pruning = pruning;
        this.operations = operations;
        this.state = model.initial();
        this.tried = new Tried(operations.size());
        this.demands = new Demands<>(model, operations, tried);
        this.earlierTwin = earlierTwins();
        link();
        event = head.next;
    }

    private int[] earlierTwins() {
        int[] twins = new int[operations.size()];
        Map<Object, Integer> last = new HashMap<>();
        for (int i = 0; i < twins.length; i++) {
            Operation<I, O> each = operations.get(i);
            Integer twin = each.isOpen() ? last.put(model.effect(each.input(), each.output()), i) : null;
            twins[i] = twin == null ? -1 : twin;
        }
        return twins;
    }

    private void link() {
        record At(long position, Event event) {}
        List<At> all = new ArrayList<>();
        Event lastOptional = optional;
        for (int i = 0; i < operations.size(); i++) {
            Event call = new Event(i);
            if (isOptional(operations.get(i))) {
                lastOptional = append(lastOptional, call);
                continue;
            }
            call.partner = new Event(i);
            call.partner.isReturn = true;
            all.add(new At(operations.get(i).called(), call));
            all.add(new At(operations.get(i).returned(), call.partner));
        }
        all.sort(Comparator.comparingLong(At::position)); // stable: open operations return in the order of their calls
        Event last = head;
        for (At each : all) {
            last = append(last, each.event());
        }
    }

    private boolean isOptional(Operation<I, O> operation) {
        return operation.isOpen()
                && (pruning == Pruning.EXACT || operation.output().isPresent());
    }

    private static Event append(Event last, Event next) {
        last.next = next;
        next.previous = last;
        return next;
    }

    /** Operations that were tried. */
    long steps() {
        return steps;
    }

    /** Goes on for at most {@code maxSteps}. */
    State advance(long maxSteps) {
        long end = steps + maxSteps;
        while (head.next != null) {
            if (canBePlaced()) {
                if (steps == end) {
                    return State.SEARCHING;
                }
                steps++;
                tryToPlace();
            } else if (event != null && event.isReturn) {
                limit = event;
                event = optional.next;
            } else if (!takeBack()) {
                return State.VIOLATED;
            }
        }
        return State.LINEARIZABLE;
    }

    /** After an order was found: looks for another one from here on. */
    boolean goOn() {
        return takeBack();
    }

    /** The operations that are placed, in their order. */
    List<Operation<I, O>> order() {
        return placements.stream()
                .map(each -> operations.get(each.call().operation))
                .toList();
    }

    /** The state behind all operations that are placed. */
    S state() {
        return state;
    }

    private boolean canBePlaced() {
        if (limit == null) {
            return !event.isReturn;
        }
        return event != null
                && operations.get(event.operation).called()
                        < operations.get(limit.operation).returned();
    }

    private void tryToPlace() {
        Operation<I, O> operation = operations.get(event.operation);
        Optional<S> next = model.step(state, operation.input(), operation.output());
        if (next.isEmpty() || (pruning == Pruning.EXACT && isOutOfTurn(event.operation))) {
            event = event.next;
            return;
        }
        Without<S> nextWithout = null;
        if (pruning == Pruning.EXACT) {
            Optional<Without<S>> needed = stillNeeded(operation, next.get());
            if (needed.isEmpty()) {
                event = event.next;
                return;
            }
            nextWithout = needed.get().others();
        }
        place(operation, next.get(), nextWithout);
    }

    private boolean isOutOfTurn(int operation) {
        return earlierTwin[operation] >= 0 && !tried.isPlaced(earlierTwin[operation]);
    }

    private void place(Operation<I, O> operation, S next, Without<S> nextWithout) {
        tried.flip(event.operation);
        if ((pruning == Pruning.EXACT && demands.isDeadEnd(next)) || !tried.isNew(next)) {
            unplace(event);
            event = event.next;
            return;
        }
        boolean certain = pruning == Pruning.EXACT && model.onlyReads(operation.input(), operation.output());
        placements.add(new Placement<>(event, state, without, certain, limit));
        state = next;
        without = nextWithout;
        remove(event);
        startOver();
    }

    private void unplace(Event call) {
        tried.flip(call.operation);
        demands.takenBack(call.operation);
    }

    private void startOver() {
        event = head.next;
        limit = null;
    }

    /**
     * Follows what would be without each of the operations that nothing has needed yet. What cannot happen without it needs
     * it. Empty if one was placed in vain; otherwise a list with a meaningless head.
     */
    private Optional<Without<S>> stillNeeded(Operation<I, O> operation, S next) {
        Without<S> nextWithout = null;
        if (operation.isOpen()) {
            if (model.allowsAllOf(state, next)) {
                return Optional.empty();
            }
            nextWithout = new Without<>(state, null);
        }
        for (Without<S> each = without; each != null; each = each.others()) {
            Optional<S> other = model.step(each.state(), operation.input(), operation.output());
            if (other.isPresent()) {
                if (model.allowsAllOf(other.get(), next)) {
                    return Optional.empty();
                }
                nextWithout = new Without<>(other.get(), nextWithout);
            }
        }
        return Optional.of(new Without<>(next, nextWithout));
    }

    /** At a return that nothing explains: the last placement was wrong. */
    private boolean takeBack() {
        Placement<S> last;
        do {
            if (placements.isEmpty()) {
                return false;
            }
            last = placements.remove(placements.size() - 1);
            state = last.before();
            without = last.withoutBefore();
            unplace(last.call());
            putBack(last.call());
        } while (last.certain());
        event = last.call().next;
        limit = last.limit();
        return true;
    }

    private static void remove(Event call) {
        unlink(call);
        if (call.partner != null) {
            unlink(call.partner);
        }
    }

    private static void unlink(Event event) {
        event.previous.next = event.next;
        if (event.next != null) {
            event.next.previous = event.previous;
        }
    }

    private static void putBack(Event call) {
        if (call.partner != null) {
            relink(call.partner);
        }
        relink(call);
    }

    private static void relink(Event event) {
        event.previous.next = event;
        if (event.next != null) {
            event.next.previous = event;
        }
    }
}
