// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.Lineup;
import java.nio.file.Path;

/**
 * What a worker is told to do: some runs of one test.
 *
 * @param id number of the order; the answer carries it
 * @param from number of the first run
 * @param to number behind the last run
 * @param seed base of all seeds; or, if {@code exact}, the seed of the only run
 * @param scheduleFile a stored schedule to run instead of a drawn one; or null
 * @param traceFile where to write a line for each thing that happens; or null
 * @param shrink make the stored schedule smaller, and answer with what came of the smallest one
 * @param trial class of the trial that the test takes
 * @param lineup the classes to judge
 */
public record Order(
        long id,
        String className,
        String test,
        String trial,
        long from,
        long to,
        long seed,
        boolean exact,
        String scheduleFile,
        String traceFile,
        boolean shrink,
        Lineup lineup) {

    private static Order of(TestCase test, long seed, Lineup lineup) {
        return new Order(0, test.className(), test.name(), test.trial(), 0, 1, seed, true, null, null, false, lineup);
    }

    /** Runs {@code from} (inclusive) to {@code to} (exclusive) of {@code test}; {@code seed} is the base of all seeds. */
    public static Order runs(TestCase test, long from, long to, long seed, Lineup lineup) {
        return new Order(
                0, test.className(), test.name(), test.trial(), from, to, seed, false, null, null, false, lineup);
    }

    /**
     * One run.
     *
     * @param seed of that very run
     * @param schedule a stored schedule, or null to draw it from the seed
     */
    static Order once(TestCase test, long seed, Path schedule, Lineup lineup) {
        return of(test, seed, lineup).under(schedule);
    }

    /**
     * One run, with a line for each thing that happens.
     *
     * @param schedule a stored schedule, or null to draw it from the seed
     */
    static Order tracing(TestCase test, long seed, Path schedule, Path traceFile, Lineup lineup) {
        Order order = of(test, seed, lineup).under(schedule);
        String file = traceFile.toAbsolutePath().toString();
        return new Order(
                0, order.className, order.test, order.trial, 0, 1, seed, true, order.scheduleFile, file, false, lineup);
    }

    /** Makes the schedule in {@code scheduleFile} smaller. */
    static Order shrinking(TestCase test, Path scheduleFile, Lineup lineup) {
        Order order = of(test, 0, lineup).under(scheduleFile);
        return new Order(
                0, order.className, order.test, order.trial, 0, 1, 0, true, order.scheduleFile, null, true, lineup);
    }

    private Order under(Path schedule) {
        String file = schedule == null ? null : schedule.toAbsolutePath().toString();
        return new Order(id, className, test, trial, from, to, seed, exact, file, traceFile, shrink, lineup);
    }

    /** Only run {@code number} of it. */
    Order only(long number) {
        return new Order(
                id, className, test, trial, number, number + 1, seed, exact, scheduleFile, traceFile, shrink, lineup);
    }

    /** The same order under another number. */
    Order withId(long other) {
        return new Order(other, className, test, trial, from, to, seed, exact, scheduleFile, traceFile, shrink, lineup);
    }
}
