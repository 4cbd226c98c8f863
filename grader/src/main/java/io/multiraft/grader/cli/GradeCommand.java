// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.report.GradeReport;
import io.multiraft.grader.report.JUnitXml;
import io.multiraft.grader.report.TextReport;
import io.multiraft.grader.run.Grading;
import io.multiraft.grader.run.Json;
import io.multiraft.grader.run.TestCase;
import io.multiraft.grader.run.TestCatalogue;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs graded tests and counts points. */
@Command(
        name = "grade",
        description = "Run graded tests and count points.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class GradeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TARGET",
            description = "What to grade: all, a lab (lab1), a step (1B) or the name of a test.",
            defaultValue = "all")
    private List<String> targets;

    @Mixin
    private LayerOptions layers;

    @Option(names = "--seed", paramLabel = "N", description = "Base of all seeds.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--schedules",
            paramLabel = "N",
            description = "Random schedules in all campaigns together, instead of what the tests say.")
    private long schedules;

    @Option(names = "--jobs", paramLabel = "N", description = "Worker processes; as many as processors if missing.")
    private int jobs;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
    private Path json;

    @Option(names = "--junit-xml", paramLabel = "FILE", description = "Also write the report as JUnit XML.")
    private Path junitXml;

    @Option(names = "--coverage", description = "Also show what the campaigns reached.")
    private boolean coverage;

    @Option(
            names = "--brief",
            description =
                    "Failures are told as they came: not made small, not traced, no layer named. Points are the same.")
    private boolean brief;

    @Override
    public Integer call() {
        if (schedules < 0 || jobs < 0) {
            throw new IllegalArgumentException("--schedules and --jobs take a positive number");
        }
        List<TestCase> tests = new TestCatalogue().select(targets);
        int workers = jobs > 0 ? jobs : Runtime.getRuntime().availableProcessors();
        ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
        long begin = System.nanoTime();
        Grading grading = new Grading(Lab.home(), layers.choice(), seed, workers, progress);
        GradeReport report = grading.grade(tests, schedules, brief);
        progress.clear();
        double seconds = (System.nanoTime() - begin) / 1e9;
        new TextReport(spec.commandLine().getOut(), coverage).print(report, seconds);
        if (json != null) {
            Json.write(json, report);
        }
        if (junitXml != null) {
            JUnitXml.write(junitXml, report);
        }
        if (report.hasErrors()) {
            return Lab.BROKEN;
        }
        return report.isFullMarks() ? Lab.OK : Lab.POINTS_LOST;
    }
}
