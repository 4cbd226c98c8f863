// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import io.multiraft.grader.check.Property;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What became of mutants; its JSON form is a contract.
 *
 * @param killed how many of them died of an expected property
 */
public record MutantReport(List<Mutant> mutants, long killed, long total) {

    /** Sums up. */
    public static MutantReport of(List<Mutant> mutants) {
        return new MutantReport(mutants, mutants.stream().filter(Mutant::killed).count(), mutants.size());
    }

    /** Whether {@code status} occurs. */
    public boolean has(Status status) {
        return mutants.stream().anyMatch(mutant -> mutant.status() == status);
    }

    /** What became of a mutant. */
    public enum Status {
        /** It failed a test by a property that it was expected to break. */
        KILLED,
        /** It passed everything. */
        SURVIVED,
        /** It failed tests, but only by other properties. */
        WRONG_PROPERTY,
        /** It is no mutant at all. */
        BAD_PATCH;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** A test that a mutant failed. */
    public record Failure(String test, Property property) {}

    /**
     * What became of one mutant.
     *
     * @param property of which it died, or else the first that it broke; null if it broke none
     * @param tests that it failed, until it was dead
     * @param schedules number of runs until then
     * @param failures of these tests, each property once
     * @param reason why the patch is bad; else empty
     */
    public record Mutant(
            String id,
            String lab,
            Status status,
            boolean killed,
            Set<Property> expected,
            Property property,
            List<String> tests,
            long schedules,
            double seconds,
            @JsonIgnore List<Failure> failures,
            @JsonIgnore String reason) {}
}
