// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.sim.Schedule;
import java.util.Map;

/**
 * What came of an {@link Order}.
 *
 * @param runs number of runs, the failed one included
 * @param coverage what was reached, summed over the runs
 * @param message of a failure: the facts; of a test that is not started: what is to be written
 * @param failedRun number of the run that failed, or -1
 * @param failedSeed its seed
 * @param schedule its schedule, if it followed one
 * @param atMicros its virtual time at the failure
 * @param atEvent its number of events at the failure
 * @param consequence what was broken together with {@code property}; or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Outcome(
        Status status,
        long runs,
        long events,
        long virtualMicros,
        long traceHash,
        Map<String, Long> coverage,
        Property property,
        String message,
        long failedRun,
        long failedSeed,
        Schedule schedule,
        long atMicros,
        long atEvent,
        Property consequence) {

    private static final int LONGEST_MESSAGE = 1_000;

    /** A message may hold what code under test has put together: it becomes a line of bounded length. */
    public Outcome {
        message = message == null ? null : inOneLine(message);
    }

    private static String inOneLine(String text) {
        String start = text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + " …";
        return start.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }

    /** The same with what was broken together with its property. */
    Outcome with(Property broken) {
        return new Outcome(
                status,
                runs,
                events,
                virtualMicros,
                traceHash,
                coverage,
                property,
                message,
                failedRun,
                failedSeed,
                schedule,
                atMicros,
                atEvent,
                broken);
    }

    /** Whether a certain run failed, which can be repeated; otherwise time, event and seed say nothing. */
    boolean isOfOneRun() {
        return runs > 0 && property != Property.DETERMINISM;
    }

    /** How it ended. */
    public enum Status {
        PASSED,
        FAILED,
        NOT_STARTED,
        /** There was nothing to run it on. */
        NOT_RUN,
        ERROR
    }

    /** The same, but failed for a reason that lies outside the run. */
    Outcome failed(Property itsProperty, String itsMessage) {
        return new Outcome(
                Status.FAILED,
                runs,
                events,
                virtualMicros,
                traceHash,
                coverage,
                itsProperty,
                itsMessage,
                0,
                failedSeed,
                null,
                0,
                0,
                null);
    }

    /** The process that ran it is gone, or never answered. */
    static Outcome lost(Property property, Status status, String message, long seed) {
        return new Outcome(status, 0, 0, 0, 0, Map.of(), property, message, 0, seed, null, 0, 0, null);
    }
}
