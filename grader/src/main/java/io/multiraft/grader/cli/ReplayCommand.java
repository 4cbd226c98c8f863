// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.run.Grading;
import io.multiraft.grader.run.Json;
import io.multiraft.grader.run.Outcome;
import io.multiraft.grader.run.StoredSchedule;
import io.multiraft.grader.run.TestCase;
import io.multiraft.grader.run.TestCatalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Repeats one run to the letter and shows what happened in it. */
@Command(
        name = "replay",
        description = "Repeat one run and print its trace: seconds, event, node, what, facts.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.schedule.json", description = "A stored schedule.", arity = "0..1")
    private Path file;

    @Option(names = "--test", paramLabel = "NAME", description = "The test that failed.")
    private String test;

    @Option(names = "--seed", paramLabel = "N", description = "The seed of the run, as the report printed it.")
    private Long seed;

    @Mixin
    private LayerOptions layers;

    @SuppressWarnings("UnusedVariable") // the only form so far; said explicitly by scripts
    @Option(names = "--text", description = "Print the trace as text; the default.")
    private boolean text;

    @Override
    public Integer call() throws IOException {
        StoredSchedule stored = stored();
        TestCase testCase = testCase(stored == null ? test : stored.test());
        long runSeed = stored == null ? seed : stored.schedule().seed();
        Grading grading = new Grading(Lab.home(), layers.choice(), runSeed, 1, (done, all, events) -> {});
        Path folder = Files.createTempDirectory("lab-replay");
        Path trace = folder.resolve("run.trace.txt");
        try {
            Outcome outcome = grading.replay(testCase, runSeed, file, trace);
            print(testCase, runSeed, trace, outcome);
            return outcome.status() == Outcome.Status.PASSED
                    ? Lab.OK
                    : outcome.status() == Outcome.Status.ERROR ? Lab.BROKEN : Lab.POINTS_LOST;
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private StoredSchedule stored() {
        if (file == null) {
            if (test == null || seed == null) {
                throw new IllegalArgumentException("replay takes a file with a schedule, or --test NAME and --seed N");
            }
            return null;
        }
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("there is no file " + file);
        }
        try {
            return Json.read(file, StoredSchedule.class);
        } catch (UncheckedIOException e) {
            throw new IllegalArgumentException(file + " is not a stored schedule: "
                    + e.getCause().getMessage().lines().findFirst().orElse(""));
        }
    }

    private static TestCase testCase(String name) {
        List<TestCase> found = new TestCatalogue().select(List.of(String.valueOf(name)));
        if (found.size() != 1) {
            throw new IllegalArgumentException("--test takes the name of one test, not " + name);
        }
        return found.get(0);
    }

    private void print(TestCase testCase, long runSeed, Path trace, Outcome outcome) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println("# test " + testCase.name() + ", seed " + runSeed);
        out.println("# seconds     event node     what             facts");
        try (Stream<String> lines = Files.lines(trace)) {
            lines.forEach(out::println);
        }
        if (outcome.status() == Outcome.Status.PASSED) {
            out.println("# passed");
        } else {
            out.println(String.format(
                    Locale.ROOT,
                    "# %s at %.6f s, event %d",
                    outcome.property() == null ? outcome.status() : outcome.property(),
                    outcome.atMicros() / 1e6,
                    outcome.atEvent()));
            out.println("# " + outcome.message());
        }
        out.println(String.format(Locale.ROOT, "# trace hash %016x", outcome.traceHash()));
        out.flush();
    }
}
