// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.multiraft.grader.check.Property;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of a grading; its JSON form is part of the command line contract.
 *
 * @param seed base of all seeds
 * @param layers which implementation was used for each layer
 * @param notes what was decided about layers that one may not expect, in sentences
 */
public record GradeReport(
        long score, long max, long seed, Map<String, String> layers, List<String> notes, List<Lab> labs) {

    /**
     * What came of a lab.
     *
     * @param layers which implementation was used for each layer
     */
    public record Lab(String lab, long score, long max, Map<String, String> layers, List<Step> steps) {}

    /** What came of a step. */
    public record Step(String step, long score, long max, Status status, List<Test> tests) {}

    /**
     * What came of a test.
     *
     * @param points what it is worth
     * @param schedules number of runs
     * @param seed of the failed run, or of the first one
     * @param coverage what was reached, summed over the runs
     * @param traceHash hash over all that happened in all runs
     * @param step that the test belongs to
     * @param kind what the test does with the code under test
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Test(
            String name,
            String title,
            long points,
            long earned,
            Status status,
            long schedules,
            long events,
            double virtualSeconds,
            long seed,
            Map<String, Long> coverage,
            String traceHash,
            Failure failure,
            @JsonIgnore String step,
            @JsonIgnore TestKind kind) {}

    /**
     * Why a test failed.
     *
     * @param layer which part is at fault, as far as it is known
     * @param message the facts
     * @param schedule file with the schedule that failed, if it followed one
     * @param trace file with a line for each thing that happened
     * @param picture file with a page that shows the history of the clients, if it is that which is wrong
     * @param replay the command that repeats it; null if the failure is not that of a certain run
     * @param atSeconds virtual time of the failure
     * @param atEvent number of the event at which it failed
     * @param story the schedule in words
     * @param hint what usually breaks the property
     * @param handout the section of the handout to read
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Failure(
            Property property,
            String layer,
            String message,
            String schedule,
            String trace,
            String picture,
            String replay,
            double atSeconds,
            long atEvent,
            List<String> story,
            String hint,
            String handout) {

        /** A message and nothing else: no run failed. */
        public static Failure said(String message) {
            return new Failure(null, null, message, null, null, null, null, 0, 0, List.of(), null, null);
        }
    }

    /** How a test or step ended; the worst of its tests for a step. */
    public enum Status {
        PASSED,
        FAILED,
        NOT_STARTED,
        DID_NOT_TEST,
        ERROR;

        /** As it is written in reports. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether every point was earned. */
    @JsonIgnore
    public boolean isFullMarks() {
        return score == max;
    }

    /** Whether the grader itself failed somewhere. */
    @JsonIgnore
    public boolean hasErrors() {
        return labs.stream().flatMap(lab -> lab.steps().stream()).anyMatch(step -> step.status() == Status.ERROR);
    }
}
