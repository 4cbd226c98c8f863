// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.List;
import java.util.Optional;

/**
 * What the checker found.
 *
 * @param <I> input of an operation
 * @param <O> output of an operation
 */
public sealed interface Verdict<I, O> {

    /** Operations that the checker tried to place. */
    long steps();

    /** There is an order that explains everything. */
    record Linearizable<I, O>(long steps) implements Verdict<I, O> {}

    /**
     * There is none. No order gets past the return of {@code offending}; up to it, there are some.
     *
     * @param partition in which the contradiction lies
     * @param operations of that partition, by their calls
     * @param longest the longest order that was found, of some of the operations
     * @param offending the operation whose answer no order explains
     * @param contradiction the contradiction in words
     */
    record Violation<I, O>(
            long steps,
            Object partition,
            List<Operation<I, O>> operations,
            List<Operation<I, O>> longest,
            Operation<I, O> offending,
            Contradiction contradiction)
            implements Verdict<I, O> {

        /** The same, found after {@code allSteps}. */
        Violation<I, O> after(long allSteps) {
            return new Violation<>(allSteps, partition, operations, longest, offending, contradiction);
        }

        /** Who, what, when, and what was expected; times in microseconds. */
        public String explanation() {
            return explanation(Clock.MICROSECONDS);
        }

        /** Who, what, when, and what was expected. */
        public String explanation(Clock clock) {
            return contradiction.inWords(this, clock);
        }
    }

    /**
     * The limit was reached before there was an answer; never to be taken for a pass.
     *
     * @param partitions that were not decided
     * @param prefix what was found out about a part of the history, if it was shortened
     */
    record Undecided<I, O>(long steps, List<Object> partitions, Optional<Prefix> prefix) implements Verdict<I, O> {

        /** What is known, in words. */
        public String explanation(Clock clock) {
            return "undecided after " + steps + " steps (left: "
                    + String.join(", ", partitions.stream().map(String::valueOf).toList()) + ")"
                    + prefix.map(known -> "; " + known.inWords(clock)).orElse("");
        }
    }

    /**
     * The beginning of a history that was too hard as a whole.
     *
     * @param operations that it has
     * @param of operations of the undecided partitions
     * @param until time at which the history was cut
     */
    record Prefix(int operations, int of, long until) {
        String inWords(Clock clock) {
            return "shortened to the first " + operations + " of " + of + " operations, until " + clock.describe(until)
                    + ": linearizable; the rest is not judged";
        }
    }
}
