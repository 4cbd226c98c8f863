// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run came to.
 *
 * @param lab whose system it was
 * @param layers whose code, by layer
 * @param wallSeconds how long it took
 * @param operations that clients asked for, by name
 * @param answered how many of them were answered
 * @param gaveUp how many of them a client gave up, not knowing what became of them
 * @param faults how often each kind was done
 * @param changes of the configuration, by kind, and what they moved; null if it does not change
 * @param longestUnavailabilitySeconds the longest time from an answer to the next one
 * @param unavailableFromSeconds when that began, by the clock of the events
 * @param failure null if the verdict is passed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LiveReport(
        String lab,
        long seed,
        int seconds,
        Map<String, String> layers,
        double wallSeconds,
        Map<String, Long> operations,
        long answered,
        long gaveUp,
        Map<String, Long> faults,
        Map<String, Long> changes,
        double longestUnavailabilitySeconds,
        double unavailableFromSeconds,
        Outcome verdict,
        Failure failure) {

    /** What a run can come to. */
    public enum Outcome {
        /** All well. */
        PASSED,
        /** A property was violated. */
        VIOLATED,
        /** The history could not be decided, or a server did not come up in time; no pass. */
        UNDECIDED;

        /** As people and JSON have it. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Why it has not passed.
     *
     * @param property that was violated; null if it is not known whether one was
     * @param message the facts
     * @param folder with all that was recorded
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Failure(String property, String message, String folder) {}

    /** Prints it for people. */
    public void print(PrintWriter out) {
        long asked = operations.values().stream().mapToLong(each -> each).sum();
        out.println();
        out.println("operations   " + asked + ": " + counts(operations) + "; " + answered + " answered, " + gaveUp
                + " given up");
        out.println("faults       " + counts(faults));
        if (changes != null) {
            out.println("changes      " + counts(changes));
        }
        out.println("unavailable  "
                + String.format(
                        Locale.ROOT,
                        "%.2f s at most, from %.2f s on",
                        longestUnavailabilitySeconds,
                        unavailableFromSeconds));
        out.println("verdict      " + verdict.label()
                + (failure == null
                        ? ": linearizable, no acknowledged write lost or doubled"
                        : failure.property() == null ? "" : ", " + failure.property()));
        if (failure != null) {
            out.println();
            out.println(failure.message());
            out.println("Schedule, logs, history and data directories are in " + failure.folder());
        }
        out.flush();
    }

    private static String counts(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }
}
