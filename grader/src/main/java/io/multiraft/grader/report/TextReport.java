// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.report;

import io.multiraft.grader.report.GradeReport.Status;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

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
        report.notes().forEach(note -> out.println("note: " + note));
        for (GradeReport.Lab lab : report.labs()) {
            out.println();
            line(lab.lab() + "  (" + describe(lab.layers()) + ")", lab.score(), lab.max());
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
        if (step.tests().size() > 1 && failedAlike(step.tests())) {
            out.println("      FAIL all " + step.tests().size() + " tests, for one reason");
            reason(step.tests().get(0).failure());
            return;
        }
        Set<String> said = new HashSet<>();
        for (GradeReport.Test test : step.tests()) {
            test(test, said);
        }
    }

    private static boolean failedAlike(List<GradeReport.Test> tests) {
        return tests.stream().allMatch(test -> test.status() == Status.FAILED)
                && tests.stream()
                                .map(test -> test.failure().message())
                                .distinct()
                                .count()
                        == 1;
    }

    private void reason(GradeReport.Failure failure) {
        out.println(
                "             " + (failure.property() == null ? "" : failure.property() + ": ") + failure.message());
    }

    /** {@code said} holds what was said of other tests of the step: one cause is told once. */
    private void test(GradeReport.Test test, Set<String> said) {
        String mark = switch (test.status()) {
            case PASSED -> "ok  ";
            case FAILED -> "FAIL";
            case NOT_STARTED -> "todo";
            case DID_NOT_TEST -> "void";
            case ERROR -> "ERR ";
        };
        boolean again =
                test.status() == Status.FAILED && said.contains(test.failure().message());
        line("      " + mark + " " + test.title() + (again ? " (the same)" : ""), test.earned(), test.points());
        if (test.status() == Status.NOT_STARTED) {
            out.println("             still to be written: " + test.failure().message());
        } else if (test.failure() != null && said.add(test.failure().message())) {
            reason(test.failure());
        }
        if (coverage && !test.coverage().isEmpty()) {
            out.println("             reached in " + test.schedules() + " schedules: " + test.coverage());
        }
    }

    /** The first failure in full: students mend one thing at a time. */
    private void firstFailure(GradeReport report) {
        Headline.of(report).ifPresent(test -> {
            failure(test, test.failure());
            int more = Headline.failed(report).size() - 1;
            if (more > 0) {
                out.println();
                out.println(more + " more failed; look at them when this one is mended.");
            }
        });
    }

    private void failure(GradeReport.Test test, GradeReport.Failure failure) {
        out.println();
        out.println("The first thing to mend, in step " + test.step() + ": " + test.title());
        if (failure.property() != null) {
            part("broken", failure.property() + ". " + failure.property().meaning());
            part("layer", failure.layer());
        }
        part("facts", failure.message());
        if (failure.replay() != null) {
            part(
                    "when",
                    String.format(
                            Locale.ROOT,
                            "at %.3f s of virtual time, event %d",
                            failure.atSeconds(),
                            failure.atEvent()));
        }
        String label = "faults";
        for (String line : failure.story()) {
            part(label, line);
            label = "";
        }
        part("hint", failure.hint());
        part("read", failure.handout());
        part("replay", failure.replay());
        part("trace", failure.trace());
        part("picture", failure.picture());
    }

    /** A labelled paragraph, wrapped; nothing if there is no text. */
    private void part(String label, String text) {
        if (text == null) {
            return;
        }
        String indent = "  " + label + " ".repeat(Math.max(1, 8 - label.length()));
        for (String line : wrapped(text)) {
            out.println(indent + line);
            indent = " ".repeat(10);
        }
    }

    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH - 10) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
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
