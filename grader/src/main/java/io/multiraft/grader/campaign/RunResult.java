// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.check.Property;
import java.util.Map;
import java.util.Optional;

/**
 * What came of one run.
 *
 * @param events number of simulated events
 * @param virtualMicros how long the run was in virtual time
 * @param traceHash hash over all that happened
 * @param reached how often what the campaign wants to see was reached, by name
 * @param failure why the run failed, if it did
 */
public record RunResult(
        long events, long virtualMicros, long traceHash, Map<String, Long> reached, Optional<Failure> failure) {

    /**
     * How a run failed.
     *
     * @param facts who, in which term, at which index
     * @param atMicros virtual time
     * @param event number of the event in the run
     */
    public record Failure(Property property, String facts, long atMicros, long event) {}
}
