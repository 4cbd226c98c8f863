// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.picture;

import io.multiraft.grader.check.history.Clock;
import io.multiraft.grader.check.history.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What one drawing shows.
 *
 * @param operations of one partition, by their calls
 * @param order the longest order; empty if there is nothing to explain
 * @param offending calls of the operation that contradicts it and of the one that it contradicts, if any
 * @param isMain whether this is the first drawing of the page with the contradiction
 * @param words an operation in words
 */
record Scene<I, O>(
        List<Operation<I, O>> operations,
        List<Operation<I, O>> order,
        Offence offending,
        boolean isMain,
        Function<Operation<I, O>, String> words,
        Clock clock) {

    /** No operation. */
    static final long NONE = -1;

    /**
     * The two sides of a contradiction, each by the position of its call.
     *
     * @param operation the operation whose answer is wrong
     * @param cause the last operation before it that changed something
     * @param expected what was expected, in words
     */
    record Offence(long operation, long cause, String expected) {
        static final Offence NOTHING = new Offence(NONE, NONE, "");
    }

    /** Operations before the contradiction that a small drawing shows, and behind it. */
    private static final int BEFORE = 16;

    private static final int BEHIND = 6;

    /** So many operations are drawn at once, however they lie. */
    static final int SMALL = 30;

    /** The operations around the contradiction: those that it may have to do with. */
    Scene<I, O> aroundTheContradiction() {
        Operation<I, O> wrong = operations.stream()
                .filter(each -> each.called() == offending.operation())
                .findFirst()
                .orElseThrow();
        Set<Long> shown = new HashSet<>(Set.of(offending.operation(), offending.cause()));
        order.subList(Math.max(0, order.size() - BEFORE), order.size()).forEach(each -> shown.add(each.called()));
        operations.stream()
                .filter(each -> each.called() < wrong.returned() && each.returned() > wrong.called() && !each.isOpen())
                .limit(BEFORE)
                .forEach(each -> shown.add(each.called()));
        operations.stream()
                .filter(each -> each.called() > wrong.returned())
                .limit(BEHIND)
                .forEach(each -> shown.add(each.called()));
        return new Scene<>(
                operations.stream()
                        .filter(each -> shown.contains(each.called()))
                        .toList(),
                order,
                offending,
                true,
                words,
                clock);
    }
}
