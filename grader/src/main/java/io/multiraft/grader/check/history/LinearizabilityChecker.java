// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whether a history is linearizable: whether there is an order of its operations, each between its call and its
 * return, that the model allows. The search is that of Wing and Gong, with Lowe's memory of what was tried (G. Lowe, "Testing
 * for linearizability", 2017). Partitions are searched side by side, a slice of steps each, so that a hard one does not hide
 * a violation in another; the first violation ends all.
 */
public final class LinearizabilityChecker {
    /** Steps that a partition gets before the next one has its turn. */
    private static final long SLICE = 4_096;

    private LinearizabilityChecker() {}

    /**
     * The verdict on {@code history}.
     *
     * @param history in any order
     * @param maxSteps limit of all partitions together
     */
    public static <S, I, O> Verdict<I, O> check(Model<S, I, O> model, List<Operation<I, O>> history, long maxSteps) {
        Deque<PartitionSearch<S, I, O>> waiting = new ArrayDeque<>();
        partitions(model, history).forEach((partition, operations) -> {
            waiting.add(new PartitionSearch<>(model, partition, operations));
        });
        long steps = 0;
        while (!waiting.isEmpty()) {
            PartitionSearch<S, I, O> search = waiting.remove();
            long before = search.steps();
            PartitionSearch.State state = search.advance(Math.min(SLICE, maxSteps - steps));
            steps += search.steps() - before;
            if (state == PartitionSearch.State.VIOLATED) {
                return search.violation(steps);
            } else if (state == PartitionSearch.State.SEARCHING) {
                waiting.add(search);
                if (steps >= maxSteps) {
                    return new Verdict.Undecided<>(steps);
                }
            }
        }
        return new Verdict.Linearizable<>(steps);
    }

    private static <S, I, O> Map<Object, List<Operation<I, O>>> partitions(
            Model<S, I, O> model, List<Operation<I, O>> history) {
        Map<Object, List<Operation<I, O>>> partitions = new LinkedHashMap<>();
        for (Operation<I, O> each : history) {
            partitions
                    .computeIfAbsent(model.partition(each.input()), key -> new ArrayList<>())
                    .add(each);
        }
        return partitions;
    }
}
