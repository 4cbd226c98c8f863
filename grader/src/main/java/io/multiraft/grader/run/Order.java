// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

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
 * @param classes folder with the classes to judge instead of those that the worker began with; or null
 */
public record Order(
        long id,
        String className,
        String test,
        long from,
        long to,
        long seed,
        boolean exact,
        String scheduleFile,
        String traceFile,
        boolean shrink,
        String classes) {

    /** An order for the classes that the worker began with. */
    public Order(
            long id,
            String className,
            String test,
            long from,
            long to,
            long seed,
            boolean exact,
            String scheduleFile,
            String traceFile) {
        this(id, className, test, from, to, seed, exact, scheduleFile, traceFile, false, null);
    }

    /** Runs {@code from} to {@code to} of {@code test}, for the classes in another folder. */
    public static Order of(TestCase test, long from, long to, long seed, Path classes) {
        return new Order(
                0, test.className(), test.name(), from, to, seed, false, null, null, false, classes.toString());
    }

    /**
     * One run, with a line for each thing that happens.
     *
     * @param schedule a stored schedule, or null to draw it from the seed
     */
    static Order tracing(TestCase test, long seed, Path schedule, Path traceFile) {
        return new Order(
                0,
                test.className(),
                test.name(),
                0,
                1,
                seed,
                true,
                schedule == null ? null : schedule.toAbsolutePath().toString(),
                traceFile.toAbsolutePath().toString(),
                false,
                null);
    }

    /** Makes the schedule in {@code scheduleFile} smaller. */
    static Order shrinking(TestCase test, Path scheduleFile) {
        return new Order(0, test.className(), test.name(), 0, 1, 0, true, scheduleFile.toString(), null, true, null);
    }

    /** The same order under another number. */
    Order withId(long other) {
        return new Order(other, className, test, from, to, seed, exact, scheduleFile, traceFile, shrink, classes);
    }
}
