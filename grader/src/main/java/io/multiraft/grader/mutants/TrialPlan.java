// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import io.multiraft.grader.run.TestCase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * In which order a mutant is tried: with the tests of its own step first, then with those of later steps, which do what the
 * earlier ones do and more, then with the rest. Of these the quick tests come first, then the campaigns, in slices that
 * grow.
 */
final class TrialPlan {

    /** Runs of a campaign at a time: few at first, as most mutants die soon. */
    private static final long[] SLICES = {10, 20, 40};

    private static final long SLICE = 50;

    /** Runs {@code from} (inclusive) to {@code to} (exclusive) of a test. */
    record Slice(TestCase test, long from, long to) {}

    private TrialPlan() {}

    /** The order for a mutant of {@code step}; empty: the order of the catalogue. */
    static List<Slice> of(List<TestCase> tests, String step) {
        List<Slice> plan = new ArrayList<>();
        List<TestCase> own =
                tests.stream().filter(test -> test.step().equals(step)).toList();
        List<TestCase> others = tests.stream()
                .filter(test -> !test.step().equals(step))
                .sorted(Comparator.comparing(test -> test.step().compareTo(step) < 0))
                .toList();
        add(plan, own);
        add(plan, others);
        return plan;
    }

    private static void add(List<Slice> plan, List<TestCase> tests) {
        for (TestCase test : tests) {
            if (!test.campaign()) {
                plan.add(new Slice(test, 0, test.runs()));
            }
        }
        List<TestCase> campaigns = tests.stream().filter(TestCase::campaign).toList();
        long most = campaigns.stream().mapToLong(TestCase::runs).max().orElse(0);
        long from = 0;
        for (int i = 0; from < most; i++) {
            long to = from + (i < SLICES.length ? SLICES[i] : SLICE);
            for (TestCase campaign : campaigns) {
                if (from < campaign.runs()) {
                    plan.add(new Slice(campaign, from, Math.min(to, campaign.runs())));
                }
            }
            from = to;
        }
    }
}
