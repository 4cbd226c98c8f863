// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.report.TestKind;
import io.multiraft.grader.tests.Graded;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Order;

/**
 * A graded test.
 *
 * @param name what it is called by: the name of its method
 * @param trial class of what its method takes
 * @param runs number of runs, unless it is a campaign and the number is set by the user
 * @param wants of a campaign: what an average run must have reached
 * @param order place of its class among those of its kind
 */
public record TestCase(
        String lab,
        String step,
        String name,
        String title,
        String className,
        String trial,
        int points,
        int runs,
        boolean campaign,
        List<Want> wants,
        int order) {

    /** At least {@code average} of {@code what} in an average run. */
    public record Want(String what, double average) {

        static Want parse(String text) {
            String[] parts = text.split(">=", 2);
            return new Want(parts[0], Double.parseDouble(parts[1]));
        }
    }

    private static final Map<String, String> HANDOUT = Map.ofEntries(
            Map.entry("1A", "docs/lab1-raft.md#1a-leader-election"),
            Map.entry("1B", "docs/lab1-raft.md#1b-log-replication"),
            Map.entry("1C", "docs/lab1-raft.md#1c-persistence"),
            Map.entry("1D", "docs/lab1-raft.md#1d-log-compaction"),
            Map.entry("2A", "docs/lab2-kv.md#2a-operations-through-the-log"),
            Map.entry("2B", "docs/lab2-kv.md#2b-exactly-once"),
            Map.entry("2C", "docs/lab2-kv.md#2c-snapshots"),
            Map.entry("2D", "docs/lab2-kv.md#2d-reads-without-the-log"),
            Map.entry("3A", "docs/lab3-configserver.md#3a-rebalancing"),
            Map.entry("3B", "docs/lab3-configserver.md#3b-the-replicated-service"),
            Map.entry("3C", "docs/lab3-configserver.md#3c-history-and-restart"),
            Map.entry("4A", "docs/lab4-shardkv.md#4a-buckets-and-routing"),
            Map.entry("4B", "docs/lab4-shardkv.md#4b-migration"),
            Map.entry("4C", "docs/lab4-shardkv.md#4c-availability"),
            Map.entry("4D", "docs/lab4-shardkv.md#4d-garbage"));

    /** Below this number of runs an average says nothing. */
    private static final long RUNS_TO_JUDGE_COVERAGE = 20;

    /** What {@code runs} runs reached too seldom to have tested anything, in a sentence. */
    public Optional<String> shortfall(Map<String, Long> coverage, long runs) {
        if (runs < RUNS_TO_JUDGE_COVERAGE) {
            return Optional.empty();
        }
        for (Want want : wants) {
            double average = coverage.getOrDefault(want.what(), 0L) / (double) runs;
            if (average < want.average()) {
                return Optional.of(String.format(
                        Locale.ROOT,
                        "the %d runs reached %.2f %s on average, and %.2f are needed to have tested anything",
                        runs,
                        average,
                        want.what(),
                        want.average()));
            }
        }
        return Optional.empty();
    }

    /** The same test with another number of runs. */
    public TestCase withRuns(long number) {
        return new TestCase(
                lab, step, name, title, className, trial, points, Math.toIntExact(number), campaign, wants, order);
    }

    /** The section of the handout that the test belongs to. */
    public String handout() {
        return HANDOUT.get(step);
    }

    /** What the test does with the code under test. */
    public TestKind kind() {
        if (campaign) {
            return TestKind.CAMPAIGN;
        }
        return className.contains("Paper") ? TestKind.PAPER : TestKind.SCENARIO;
    }

    static TestCase of(Method method) {
        Graded graded = method.getAnnotation(Graded.class);
        return new TestCase(
                "lab" + graded.step().charAt(0),
                graded.step(),
                method.getName(),
                graded.title(),
                method.getDeclaringClass().getName(),
                method.getParameterTypes()[0].getName(),
                graded.points(),
                graded.runs(),
                graded.campaign(),
                List.of(graded.wants()).stream().map(Want::parse).toList(),
                Optional.ofNullable(method.getDeclaringClass().getAnnotation(Order.class))
                        .map(Order::value)
                        .orElse(Order.DEFAULT));
    }
}
