// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * How long code under test may go on. Generous: a verdict must not depend on the machine. The grader's own tests shorten it
 * with the system property {@code lab.patience}, three numbers with commas.
 *
 * @param eventMillis processor time of code under test without an event being done
 * @param waitingMillis waiting within code under test, without the use of the processor
 * @param orderMillis processor time of one order: up to 50 runs, or a search for a smaller schedule
 */
record Patience(long eventMillis, long waitingMillis, long orderMillis) {
    private static final String PROPERTY = "lab.patience";
    private static final Patience USUAL = new Patience(10_000, 20_000, 120_000);

    static Patience current() {
        String text = System.getProperty(PROPERTY);
        if (text == null) {
            return USUAL;
        }
        long[] millis =
                Arrays.stream(text.split(",", -1)).mapToLong(Long::parseLong).toArray();
        return new Patience(millis[0], millis[1], millis[2]);
    }

    /** The option of a Java command that gives its process the same patience. */
    String option() {
        return LongStream.of(eventMillis, waitingMillis, orderMillis)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(",", "-D" + PROPERTY + "=", ""));
    }
}
