// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.List;

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
     * There is none.
     *
     * @param partition in which the contradiction lies
     * @param operations of that partition, by their calls
     * @param longest the longest order that was found, of some of the operations
     * @param offending the operation that returned next and fits nowhere behind it
     * @param explanation the contradiction in words
     */
    record Violation<I, O>(
            long steps,
            Object partition,
            List<Operation<I, O>> operations,
            List<Operation<I, O>> longest,
            Operation<I, O> offending,
            String explanation)
            implements Verdict<I, O> {}

    /** The limit was reached before there was an answer; never to be taken for a pass. */
    record Undecided<I, O>(long steps) implements Verdict<I, O> {}
}
