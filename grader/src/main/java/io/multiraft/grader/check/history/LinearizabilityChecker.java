// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether a history is linearizable: whether there is an order of its operations, each between its call and its
 * return, that the model allows. The search is that of Wing and Gong, with Lowe's memory of what was tried (G. Lowe, "Testing
 * for linearizability", 2017). Partitions are searched side by side, a slice of steps each, so that a hard one does not hide
 * a violation in another; the first violation ends all.
 */
public final class LinearizabilityChecker {
    /** Steps that a partition gets before the next one has its turn. */
    private static final long SLICE = 4_096;

    /** Steps of each search for the place of a violation, or as many as it took to find the violation. */
    private static final long LEAST_TO_LOCATE = 50_000;

    private LinearizabilityChecker() {}

    /** The verdict on {@code history}, with {@link Pruning#EXACT}. */
    public static <S, I, O> Verdict<I, O> check(Model<S, I, O> model, List<Operation<I, O>> history, long maxSteps) {
        return check(model, history, maxSteps, Pruning.EXACT);
    }

    /**
     * The verdict on {@code history}.
     *
     * @param history in any order
     * @param maxSteps limit of all partitions together; a step takes about a tenth of a kilobyte until the verdict is there
     */
    public static <S, I, O> Verdict<I, O> check(
            Model<S, I, O> model, List<Operation<I, O>> history, long maxSteps, Pruning pruning) {
        Deque<Part<S, I, O>> waiting = new ArrayDeque<>();
        partitions(model, history).forEach((key, operations) -> waiting.add(Part.of(model, key, operations, pruning)));
        long steps = 0;
        while (!waiting.isEmpty() && steps < maxSteps) {
            Part<S, I, O> part = waiting.remove();
            long before = part.search().steps();
            PartitionSearch.State state = part.search().advance(Math.min(SLICE, maxSteps - steps));
            steps += part.search().steps() - before;
            if (state == PartitionSearch.State.VIOLATED) {
                return part.violation(steps);
            } else if (state == PartitionSearch.State.SEARCHING) {
                waiting.add(part);
            }
        }
        return waiting.isEmpty()
                ? new Verdict.Linearizable<>(steps)
                : new Verdict.Undecided<>(steps, waiting.stream().map(Part::key).toList(), Optional.empty());
    }

    /**
     * The verdict on {@code history}; if there is none within the limit, the undecided partitions are cut shorter and shorter
     * until there is one for their beginning. A violation of the beginning is one of the whole; an order of the beginning
     * leaves the verdict undecided, and the verdict says how far it goes.
     */
    public static <S, I, O> Verdict<I, O> checkShortening(
            Model<S, I, O> model, List<Operation<I, O>> history, long maxSteps) {
        Verdict<I, O> verdict = check(model, history, maxSteps);
        if (!(verdict instanceof Verdict.Undecided<I, O> undecided)) {
            return verdict;
        }
        List<Operation<I, O>> hard = history.stream()
                .filter(each -> undecided.partitions().contains(model.partition(each.input())))
                .toList();
        long steps = verdict.steps();
        for (Beginning<I, O> part = Beginning.of(hard).half();
                !part.operations().isEmpty();
                part = part.half()) {
            Verdict<I, O> shorter = check(model, part.operations(), maxSteps);
            steps += shorter.steps();
            if (shorter instanceof Verdict.Violation<I, O> violation) {
                return violation.after(steps);
            } else if (shorter instanceof Verdict.Linearizable) {
                return new Verdict.Undecided<>(steps, undecided.partitions(), Optional.of(part.known(hard.size())));
            }
        }
        return new Verdict.Undecided<>(steps, undecided.partitions(), Optional.empty());
    }

    /** A partition and the search in it. */
    private record Part<S, I, O>(
            Model<S, I, O> model, Object key, List<Operation<I, O>> operations, PartitionSearch<?, I, O> search) {

        static <S, I, O> Part<S, I, O> of(
                Model<S, I, O> model, Object key, List<Operation<I, O>> operations, Pruning pruning) {
            Model<?, I, O> searched = pruning == Pruning.EXACT ? model.tailoredTo(operations) : model;
            return new Part<>(model, key, operations, new PartitionSearch<>(searched, operations, pruning));
        }

        Verdict.Violation<I, O> violation(long steps) {
            FirstContradiction<I, O> first = FirstContradiction.in(
                    model.tailoredTo(operations), operations, Math.max(LEAST_TO_LOCATE, search.steps()));
            return new Verdict.Violation<>(
                    steps,
                    key,
                    operations,
                    first.longest(),
                    first.offending(),
                    new Expectation<>(model, operations, first.longest(), first.offending()).contradiction());
        }
    }

    static <S, I, O> Map<Object, List<Operation<I, O>>> partitions(
            Model<S, I, O> model, List<Operation<I, O>> history) {
        Map<Object, List<Operation<I, O>>> partitions = new LinkedHashMap<>();
        history.stream()
                .sorted(Comparator.comparingLong(Operation::called))
                .forEach(each -> partitions
                        .computeIfAbsent(model.partition(each.input()), key -> new ArrayList<>())
                        .add(each));
        return partitions;
    }
}
