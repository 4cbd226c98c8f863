// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.check.history.RecordedFolder;
import io.multiraft.grader.check.history.RecordedHistory;
import io.multiraft.grader.check.history.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds the linearizability checker against histories whose verdicts are known. */
@Command(
        name = "check",
        description = "Check recorded histories and compare with the verdicts in DIR/verdicts.tsv.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder with histories and verdicts.tsv.")
    private Path folder;

    @Option(
            names = "--max-steps",
            paramLabel = "N",
            description = "Give up a history after so many steps; ${DEFAULT-VALUE} if missing.",
            defaultValue = "50000000")
    private long maxSteps;

    @Option(names = "--explain", description = "Say in words why a history is not linearizable.")
    private boolean explain;

    @Override
    public Integer call() throws IOException {
        RecordedFolder recorded = new RecordedFolder(folder);
        PrintWriter out = spec.commandLine().getOut();
        out.println(row("file", "model", "ops", "expected", "verdict", "steps", "theirs", ""));
        long begin = System.nanoTime();
        int rows = 0;
        int same = 0;
        for (RecordedFolder.Expected expected : recorded.expected()) {
            rows++;
            same += check(recorded.read(expected), expected, out) ? 1 : 0;
        }
        out.println(String.format(
                Locale.ROOT,
                "%d of %d verdicts are as expected; %.1f s",
                same,
                rows,
                (System.nanoTime() - begin) / 1e9));
        out.flush();
        return same == rows ? Lab.OK : Lab.POINTS_LOST;
    }

    private boolean check(RecordedHistory<?, ?, ?> history, RecordedFolder.Expected expected, PrintWriter out) {
        Verdict<?, ?> verdict = history.check(maxSteps);
        String name = name(verdict);
        boolean same = name.equals(expected.verdict()) && history.operations().size() == expected.operations();
        out.println(row(
                expected.file(),
                expected.model(),
                String.valueOf(history.operations().size()),
                expected.verdict(),
                name,
                String.valueOf(verdict.steps()),
                String.valueOf(expected.steps()),
                same ? "" : "  DIFFERS"));
        if (explain && verdict instanceof Verdict.Violation<?, ?> violation) {
            out.println("    " + violation.explanation());
        }
        out.flush();
        return same;
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, "%-24s %-18s %5s  %-10s %-10s %10s %10s%s", columns);
    }

    private static String name(Verdict<?, ?> verdict) {
        return verdict instanceof Verdict.Linearizable
                ? "Ok"
                : verdict instanceof Verdict.Violation ? "Illegal" : "undecided";
    }
}
