// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import io.multiraft.grader.check.Property;
import java.util.List;
import java.util.Locale;

/**
 * Which correct variants the grader blames.
 *
 * @param clean how many of them got full marks
 */
public record VariantReport(List<Variant> variants, long clean, long total) {

    /** Sums up. */
    public static VariantReport of(List<Variant> variants) {
        return new VariantReport(
                variants, variants.stream().filter(Variant::clean).count(), variants.size());
    }

    /** Whether {@code status} occurs. */
    public boolean has(Status status) {
        return variants.stream().anyMatch(variant -> variant.status() == status);
    }

    /** What became of a variant. */
    public enum Status {
        /** Full marks. */
        CLEAN,
        /** It lost points, wrongly. */
        BLAMED,
        /** It is no variant at all. */
        BAD_PATCH;

        @Override
        @JsonValue
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A test that costs a variant points.
     *
     * @param property null if the test was passed but reached too little
     * @param seed of the run that failed
     */
    public record Blame(String test, Property property, long seed, String message) {}

    /**
     * What became of one variant.
     *
     * @param schedules number of runs
     * @param reason why the patch is bad; else empty
     */
    public record Variant(
            String id,
            String lab,
            Status status,
            boolean clean,
            List<Blame> blames,
            long schedules,
            double seconds,
            @JsonIgnore String reason) {}
}
