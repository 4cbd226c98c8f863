// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.Layer;
import io.multiraft.grader.report.GradeReport;
import io.multiraft.grader.report.GradeReport.Status;
import io.multiraft.grader.sim.SimRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Makes a report of what came of the tests. */
final class GradeSummary {
    private final long seed;
    private final List<String> notes;
    private final BiFunction<PlannedTest, Outcome, GradeReport.Failure> explain;

    GradeSummary(long seed, List<String> notes, BiFunction<PlannedTest, Outcome, GradeReport.Failure> explain) {
        this.seed = seed;
        this.notes = notes;
        this.explain = explain;
    }

    GradeReport of(Collection<Grading.Tally> tallies) {
        Map<String, Map<String, List<GradeReport.Test>>> tests = new LinkedHashMap<>();
        Map<String, Map<String, String>> layersOf = new LinkedHashMap<>();
        for (Grading.Tally tally : tallies) {
            String its = tally.test().lab();
            layersOf.computeIfAbsent(its, lab -> tally.planned().choice().labels(Layer.usedBy(lab)));
            tests.computeIfAbsent(tally.test().lab(), lab -> new LinkedHashMap<>())
                    .computeIfAbsent(tally.test().step(), step -> new ArrayList<>())
                    .add(test(tally));
        }
        List<GradeReport.Lab> labs = new ArrayList<>();
        tests.forEach((lab, steps) -> labs.add(lab(lab, layersOf.get(lab), steps)));
        Map<String, String> layers = new LinkedHashMap<>();
        layersOf.values().forEach(layers::putAll);
        return new GradeReport(
                labs.stream().mapToLong(GradeReport.Lab::score).sum(),
                labs.stream().mapToLong(GradeReport.Lab::max).sum(),
                seed,
                layers,
                notes,
                labs);
    }

    private static GradeReport.Lab lab(
            String name, Map<String, String> layers, Map<String, List<GradeReport.Test>> byStep) {
        List<GradeReport.Step> steps = new ArrayList<>();
        byStep.forEach((step, tests) -> steps.add(new GradeReport.Step(
                step,
                tests.stream().mapToLong(GradeReport.Test::earned).sum(),
                tests.stream().mapToLong(GradeReport.Test::points).sum(),
                worst(tests),
                tests)));
        return new GradeReport.Lab(
                name,
                steps.stream().mapToLong(GradeReport.Step::score).sum(),
                steps.stream().mapToLong(GradeReport.Step::max).sum(),
                layers,
                steps);
    }

    /** A step is not started as long as none of its tests got further than a gap of the skeleton. */
    private static Status worst(List<GradeReport.Test> tests) {
        for (Status status : List.of(Status.ERROR, Status.FAILED, Status.DID_NOT_TEST, Status.NOT_STARTED)) {
            if (tests.stream().anyMatch(test -> test.status() == status)) {
                return status;
            }
        }
        return Status.PASSED;
    }

    private GradeReport.Test test(Grading.Tally tally) {
        List<Outcome> outcomes = tally.outcomes();
        Map<String, Long> coverage = new TreeMap<>();
        long runs = 0;
        long events = 0;
        long virtualMicros = 0;
        long traceHash = 0;
        for (Outcome outcome : outcomes) {
            runs += outcome.runs();
            events += outcome.events();
            virtualMicros += outcome.virtualMicros();
            traceHash = SimRandom.mix(traceHash, outcome.traceHash());
            outcome.coverage().forEach((what, times) -> coverage.merge(what, times, Long::sum));
        }
        TestCase test = tally.test();
        Outcome last = outcomes.get(outcomes.size() - 1);
        Status status = Grading.statusOf(last.status());
        GradeReport.Failure failure = null;
        String shortfall = tally.shortfall(coverage, runs);
        if (status == Status.PASSED && shortfall != null) {
            status = Status.DID_NOT_TEST;
            failure = GradeReport.Failure.said(shortfall);
        } else if (status == Status.NOT_STARTED || last.status() == Outcome.Status.NOT_RUN) {
            failure = GradeReport.Failure.said(last.message());
        } else if (status != Status.PASSED) {
            failure = explain.apply(tally.planned(), last);
        }
        return new GradeReport.Test(
                test.name(),
                test.title(),
                test.points(),
                status == Status.PASSED ? test.points() : 0,
                status,
                runs,
                events,
                virtualMicros / 1e6,
                status == Status.PASSED ? seed : last.failedSeed(),
                coverage,
                String.format("%016x", traceHash),
                failure,
                test.step(),
                test.kind());
    }
}
