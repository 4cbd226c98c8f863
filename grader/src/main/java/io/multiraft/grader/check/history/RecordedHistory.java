// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.List;

/**
 * A history with what is needed to judge it and to speak of it.
 *
 * @param model what it is held against
 * @param operations what happened
 * @param clock what the times of the operations mean
 */
public record RecordedHistory<S, I, O>(Model<S, I, O> model, List<Operation<I, O>> operations, Clock clock) {

    public RecordedHistory {
        operations = List.copyOf(operations);
    }

    /** The verdict, within {@code maxSteps}. */
    public Verdict<I, O> check(long maxSteps, Pruning pruning) {
        return LinearizabilityChecker.check(model, operations, maxSteps, pruning);
    }

    /** The verdict, or how far the history is linearizable, within about {@code maxSteps}. */
    public Verdict<I, O> checkShortening(long maxSteps) {
        return LinearizabilityChecker.checkShortening(model, operations, maxSteps);
    }
}
