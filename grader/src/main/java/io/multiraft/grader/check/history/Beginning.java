// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Comparator;
import java.util.List;

/**
 * The beginning of a history, up to a moment. Operations that had not returned by then are open.
 *
 * @param operations by their calls
 * @param until the moment, for people
 */
record Beginning<I, O>(List<Operation<I, O>> operations, long until) {

    static <I, O> Beginning<I, O> of(List<Operation<I, O>> history) {
        return new Beginning<>(
                history.stream()
                        .sorted(Comparator.comparingLong(Operation::called))
                        .toList(),
                Operation.OPEN);
    }

    /**
     * The first half of the operations, or somewhat less: it is best cut where nothing is going on.
     */
    Beginning<I, O> half() {
        int half = operations.size() / 2;
        for (int cut = half; cut > half / 2; cut--) {
            if (isQuiet(cut)) {
                return before(cut);
            }
        }
        return before(half);
    }

    /** Whether all that was called before the {@code cut}th call and returns at all has returned by then. */
    private boolean isQuiet(int cut) {
        long position = operations.get(cut).called();
        return operations.subList(0, cut).stream().allMatch(each -> each.isOpen() || each.returned() < position);
    }

    private Beginning<I, O> before(int cut) {
        if (cut == 0) {
            return new Beginning<>(List.of(), until);
        }
        Operation<I, O> next = operations.get(cut);
        return new Beginning<>(
                operations.subList(0, cut).stream()
                        .map(each -> each.until(next.called()))
                        .toList(),
                next.calledAt());
    }

    Verdict.Prefix known(int of) {
        return new Verdict.Prefix(operations.size(), of, until);
    }
}
