// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.report;

import io.multiraft.grader.report.GradeReport.Status;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report for people. */
public final class TextReport {
    private static final int WIDTH = 100;

    private final PrintWriter out;
    private final boolean coverage;

    /** A report to {@code out}; {@code coverage}: with what the campaigns reached. */
    public TextReport(PrintWriter out, boolean coverage) {
        this.out = out;
        this.coverage = coverage;
    }

    /** Prints {@code report}. */
    public void print(GradeReport report, double wallSeconds) {
        for (GradeReport.Lab lab : report.labs()) {
            out.println();
            line(lab.lab() + "  (" + describe(report.layers()) + ")", lab.score(), lab.max());
            for (GradeReport.Step step : lab.steps()) {
                step(step);
            }
        }
        firstFailure(report);
        totals(report, wallSeconds);
        out.flush();
    }

    private static String describe(Map<String, String> layers) {
        StringBuilder text = new StringBuilder();
        layers.forEach((layer, implementation) -> text.append(text.length() == 0 ? "" : ", ")
                .append(layer)
                .append(": ")
                .append(implementation));
        return text.toString();
    }

    private void line(String what, long score, long max) {
        String points = score + "/" + max;
        out.println(what + " ".repeat(Math.max(1, WIDTH - what.length() - points.length())) + points);
    }

    private void step(GradeReport.Step step) {
        line(
                "  " + step.step()
                        + (step.status() == Status.PASSED
                                ? ""
                                : "  " + step.status().label()),
                step.score(),
                step.max());
        if (step.tests().stream().allMatch(test -> test.status() == Status.NOT_STARTED)) {
            out.println("      still to be written: "
                    + step.tests().get(0).failure().message());
            return;
        }
        for (GradeReport.Test test : step.tests()) {
            test(test);
        }
    }

    private void test(GradeReport.Test test) {
        String mark = switch (test.status()) {
            case PASSED -> "ok  ";
            case FAILED -> "FAIL";
            case NOT_STARTED -> "todo";
            case DID_NOT_TEST -> "void";
            case ERROR -> "ERR ";
        };
        line("      " + mark + " " + test.title(), test.earned(), test.points());
        if (test.status() == Status.NOT_STARTED) {
            out.println("             still to be written: " + test.failure().message());
        } else if (test.failure() != null) {
            out.println("             "
                    + (test.failure().property() == null ? "" : test.failure().property() + ": ")
                    + test.failure().message());
        }
        if (coverage && !test.coverage().isEmpty()) {
            out.println("             reached in " + test.schedules() + " schedules: " + test.coverage());
        }
    }

    /** The first failure in full: students mend one thing at a time. */
    private void firstFailure(GradeReport report) {
        List<GradeReport.Test> failed = report.labs().stream()
                .flatMap(lab -> lab.steps().stream())
                .flatMap(step -> step.tests().stream())
                .filter(test -> test.failure() != null && test.failure().replay() != null)
                .toList();
        if (failed.isEmpty()) {
            return;
        }
        GradeReport.Test test = failed.get(0);
        GradeReport.Failure failure = test.failure();
        out.println();
        out.println("The first thing to mend: " + test.name() + " (step " + test.step() + ", " + test.title() + ")");
        if (failure.property() != null) {
            out.println("  property  " + failure.property() + ": "
                    + failure.property().meaning());
        }
        out.println("  facts     " + failure.message());
        out.println(String.format(
                Locale.ROOT,
                "  where     at %.6f s of virtual time, event %d, seed %d",
                failure.atSeconds(),
                failure.atEvent(),
                test.seed()));
        out.println("  replay    " + failure.replay());
        if (failure.schedule() != null) {
            out.println("  schedule  " + failure.schedule());
        }
        if (failure.trace() != null) {
            out.println("  trace     " + failure.trace());
        }
    }

    private void totals(GradeReport report, double wallSeconds) {
        long schedules = 0;
        long events = 0;
        double virtualSeconds = 0;
        for (GradeReport.Lab lab : report.labs()) {
            for (GradeReport.Step step : lab.steps()) {
                for (GradeReport.Test test : step.tests()) {
                    schedules += test.schedules();
                    events += test.events();
                    virtualSeconds += test.virtualSeconds();
                }
            }
        }
        out.println();
        out.println(String.format(
                Locale.ROOT,
                "%,d runs, %,d events and %,.0f s of virtual time in %.1f s (%,.0f events/s); seed %d",
                schedules,
                events,
                virtualSeconds,
                wallSeconds,
                events / Math.max(0.001, wallSeconds),
                report.seed()));
        line("total", report.score(), report.max());
    }
}
