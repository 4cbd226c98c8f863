// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.check.history.Pruning;
import io.multiraft.grader.check.history.RecordedFolder;
import io.multiraft.grader.check.history.RecordedHistory;
import io.multiraft.grader.check.history.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            defaultValue = "5000000")
    private long maxSteps;

    @Option(
            names = "--pruned",
            description =
                    "Leave out what cannot change the verdict, as the graded tests do; the steps are then fewer than "
                            + "those of other checkers.")
    private boolean pruned;

    @Option(names = "--explain", description = "Say in words why a history is not linearizable.")
    private boolean explain;

    private record Case(RecordedFolder.Expected expected, RecordedHistory<?, ?, ?> history) {}

    @Override
    public Integer call() {
        if (maxSteps < 1) {
            throw new IllegalArgumentException("--max-steps must be at least 1, not " + maxSteps);
        }
        List<Case> cases = read();
        PrintWriter out = spec.commandLine().getOut();
        out.println(row("file", "model", "ops", "expected", "verdict", "steps", "theirs", ""));
        long begin = System.nanoTime();
        List<String> different = new ArrayList<>();
        for (Case each : cases) {
            if (!check(each)) {
                different.add(each.expected().file());
            }
        }
        out.println(String.format(
                Locale.ROOT,
                "%d of %d verdicts are as expected; %.1f s",
                cases.size() - different.size(),
                cases.size(),
                (System.nanoTime() - begin) / 1e9));
        if (!different.isEmpty()) {
            out.println("different: " + String.join(", ", different));
        }
        out.flush();
        return different.isEmpty() ? Lab.OK : Lab.POINTS_LOST;
    }

    /** All of them before the first is judged: what cannot be read is the only thing to be said then. */
    private List<Case> read() {
        RecordedFolder recorded = new RecordedFolder(folder);
        try {
            List<Case> cases = new ArrayList<>();
            for (RecordedFolder.Expected expected : recorded.expected()) {
                cases.add(new Case(expected, recorded.read(expected)));
            }
            return cases;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + folder + ": " + e.getMessage(), e);
        }
    }

    private boolean check(Case each) {
        RecordedFolder.Expected expected = each.expected();
        Verdict<?, ?> verdict = each.history().check(maxSteps, pruned ? Pruning.EXACT : Pruning.NONE);
        String name = name(verdict);
        int operations = each.history().operations().size();
        boolean same = name.equals(expected.verdict()) && operations == expected.operations();
        PrintWriter out = spec.commandLine().getOut();
        out.println(row(
                expected.file(),
                expected.model(),
                String.valueOf(operations),
                expected.verdict(),
                name,
                String.valueOf(verdict.steps()),
                String.valueOf(expected.steps()),
                same ? "" : operations == expected.operations() ? "  DIFFERS" : "  HAS OTHER OPERATIONS"));
        if (explain && verdict instanceof Verdict.Violation<?, ?> violation) {
            out.println("    " + violation.explanation(each.history().clock()));
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
