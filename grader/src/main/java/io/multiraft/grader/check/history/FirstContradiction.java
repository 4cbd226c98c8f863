// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a partition that no order explains goes wrong first. The search may know of the violation long before it comes to the
 * answer that makes it one, or far behind; so the first return that no order gets past is looked for by halving.
 *
 * @param longest an order that explains all answers before it
 * @param offending the operation that returns there
 */
record FirstContradiction<I, O>(List<Operation<I, O>> longest, Operation<I, O> offending) {

    /**
     * Finds it.
     *
     * @param model tailored to the whole partition
     * @param operations of the partition
     * @param maxSteps limit of each of about a dozen searches; a beginning that takes more counts as explained
     */
    static <S, I, O> FirstContradiction<I, O> in(
            Model<S, I, O> model, List<Operation<I, O>> operations, long maxSteps) {
        List<Operation<I, O>> returns = operations.stream()
                .filter(each -> !each.isOpen())
                .sorted(Comparator.comparingLong(Operation::returned))
                .toList();
        List<Operation<I, O>> longest = List.of();
        int explained = 0; // so many of the returns are
        int contradicted = returns.size();
        while (contradicted - explained > 1) {
            int middle = (explained + contradicted) >>> 1;
            PartitionSearch<S, I, O> search = new PartitionSearch<>(
                    model, until(operations, returns.get(middle - 1).returned() + 1), Pruning.EXACT);
            switch (search.advance(maxSteps)) {
                case VIOLATED -> contradicted = middle;
                case SEARCHING -> explained = middle;
                case LINEARIZABLE -> {
                    explained = middle;
                    longest = whole(search.order(), operations);
                }
            }
        }
        return new FirstContradiction<>(longest, returns.get(contradicted - 1));
    }

    /** The history up to a moment. */
    static <I, O> List<Operation<I, O>> until(List<Operation<I, O>> operations, long position) {
        return operations.stream()
                .filter(each -> each.called() < position)
                .map(each -> each.until(position))
                .toList();
    }

    /** The operations as they were before the history was cut. */
    private static <I, O> List<Operation<I, O>> whole(List<Operation<I, O>> order, List<Operation<I, O>> operations) {
        Map<Long, Operation<I, O>> byCall = new HashMap<>();
        operations.forEach(each -> byCall.put(each.called(), each));
        return order.stream().map(each -> byCall.get(each.called())).toList();
    }
}
