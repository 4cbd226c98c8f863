// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tries all orders of all operations, partitions together; knows no shortcuts. */
final class BruteForce<S, I, O> {
    private final Model<S, I, O> model;
    private final List<Operation<I, O>> history;
    /** Any answer of it is right, and what it meets is noted. */
    private final Optional<Operation<I, O>> watched;

    private final Set<S> met = new HashSet<>();

    private BruteForce(Model<S, I, O> model, List<Operation<I, O>> history, Optional<Operation<I, O>> watched) {
        this.model = model;
        this.history = history;
        this.watched = watched;
    }

    static <S, I, O> boolean isLinearizable(Model<S, I, O> model, List<Operation<I, O>> history) {
        return new BruteForce<>(model, history, Optional.empty()).anyOrder(new HashSet<>(), Map.of(), Optional.empty());
    }

    /** The operation whose answer makes the history one that no order explains. */
    static <S, I, O> Operation<I, O> offending(Model<S, I, O> model, List<Operation<I, O>> history) {
        return history.stream()
                .filter(each -> !each.isOpen())
                .sorted(Comparator.comparingLong(Operation::returned))
                .filter(each -> !isLinearizable(model, until(history, each.returned() + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** What {@code offending} can have met, if the history ends with its answer. */
    static <S, I, O> Set<S> met(Model<S, I, O> model, List<Operation<I, O>> history, Operation<I, O> offending) {
        BruteForce<S, I, O> search =
                new BruteForce<>(model, until(history, offending.returned() + 1), Optional.of(offending));
        search.anyOrder(new HashSet<>(), Map.of(), Optional.empty());
        return search.met;
    }

    private static <I, O> List<Operation<I, O>> until(List<Operation<I, O>> history, long position) {
        return history.stream()
                .filter(each -> each.called() < position)
                .map(each -> each.until(position))
                .toList();
    }

    private boolean anyOrder(Set<Operation<I, O>> done, Map<Object, S> states, Optional<S> seen) {
        long horizon = history.stream()
                .filter(each -> !done.contains(each))
                .mapToLong(Operation::returned)
                .min()
                .orElse(Operation.OPEN);
        if (horizon == Operation.OPEN) {
            seen.ifPresent(met::add);
            if (watched.isEmpty()) {
                return true;
            }
        }
        for (Operation<I, O> each : history) {
            if (!done.contains(each) && each.called() < horizon && next(each, done, states, seen)) {
                return true;
            }
        }
        return false;
    }

    private boolean next(
            Operation<I, O> operation, Set<Operation<I, O>> done, Map<Object, S> states, Optional<S> seen) {
        Object partition = model.partition(operation.input());
        S state = states.getOrDefault(partition, model.initial());
        boolean isWatched = watched.isPresent() && watched.get().equals(operation);
        Optional<S> after = model.step(state, operation.input(), isWatched ? Optional.empty() : operation.output());
        if (after.isEmpty()) {
            return false;
        }
        Set<Operation<I, O>> nextDone = new HashSet<>(done);
        nextDone.add(operation);
        Map<Object, S> nextStates = new LinkedHashMap<>(states);
        nextStates.put(partition, after.get());
        return anyOrder(nextDone, nextStates, isWatched ? Optional.of(state) : seen);
    }
}
