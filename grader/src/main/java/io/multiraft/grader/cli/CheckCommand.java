// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.check.history.Pruning;
import io.multiraft.grader.check.history.RecordedFolder;
import io.multiraft.grader.check.history.RecordedHistory;
import io.multiraft.grader.check.history.Verdict;
import io.multiraft.grader.check.picture.HistoryPicture;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
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

    @Option(
            names = "--html",
            paramLabel = "FILE|FOLDER",
            description =
                    "Draw the first history that is not linearizable into FILE.html, or each of them into FOLDER.")
    private Path html;

    private record Case(RecordedFolder.Expected expected, RecordedHistory<?, ?, ?> history) {}

    @Override
    public Integer call() {
        if (maxSteps < 1) {
            throw new IllegalArgumentException("--max-steps must be at least 1, not " + maxSteps);
        }
        List<Case> cases = read();
        Drawing drawing = new Drawing();
        drawing.prepare();
        PrintWriter out = spec.commandLine().getOut();
        out.println(row("file", "model", "ops", "expected", "verdict", "steps", "theirs", ""));
        long begin = System.nanoTime();
        List<String> different = new ArrayList<>();
        for (Case each : cases) {
            if (!check(each, drawing)) {
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
        drawing.report();
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

    private boolean check(Case each, Drawing drawing) {
        RecordedFolder.Expected expected = each.expected();
        Checked<?, ?, ?> checked = Checked.of(each.history(), maxSteps, pruned ? Pruning.EXACT : Pruning.NONE);
        String name = name(checked.verdict());
        int operations = each.history().operations().size();
        boolean same = name.equals(expected.verdict()) && operations == expected.operations();
        PrintWriter out = spec.commandLine().getOut();
        out.println(row(
                expected.file(),
                expected.model(),
                String.valueOf(operations),
                expected.verdict(),
                name,
                String.valueOf(checked.verdict().steps()),
                String.valueOf(expected.steps()),
                same ? "" : operations == expected.operations() ? "  DIFFERS" : "  HAS OTHER OPERATIONS"));
        if (checked.verdict() instanceof Verdict.Violation<?, ?> violation) {
            if (explain) {
                out.println("    " + violation.explanation(each.history().clock()));
            }
            drawing.draw(expected.file(), checked);
        }
        out.flush();
        return same;
    }

    /** A history and the verdict on it. */
    private record Checked<S, I, O>(RecordedHistory<S, I, O> history, Verdict<I, O> verdict) {
        static <S, I, O> Checked<S, I, O> of(RecordedHistory<S, I, O> history, long maxSteps, Pruning pruning) {
            return new Checked<>(history, history.check(maxSteps, pruning));
        }

        String page(String title) {
            return HistoryPicture.of(history, verdict).page(title);
        }
    }

    /** Writes what {@code --html} asks for. */
    private final class Drawing {
        private int drawn;
        private int left;

        /** Before anything is judged: else the work would be for nothing. */
        void prepare() {
            Path parent =
                    html == null || !isOneFile() ? html : html.toAbsolutePath().getParent();
            if (parent != null) {
                try {
                    Files.createDirectories(parent);
                } catch (IOException e) {
                    throw new IllegalArgumentException("cannot make the folder " + parent, e);
                }
            }
        }

        void draw(String file, Checked<?, ?, ?> checked) {
            if (html == null) {
                return;
            } else if (isOneFile() && drawn > 0) {
                left++;
                return;
            }
            Path page = isOneFile() ? html : html.resolve(file.replaceAll("[^A-Za-z0-9._-]+", "-") + ".html");
            try {
                Files.writeString(page, checked.page(file));
            } catch (IOException e) {
                throw new IllegalArgumentException("cannot write " + page + ": " + e, e);
            }
            drawn++;
        }

        private boolean isOneFile() {
            return html.toString().endsWith(".html");
        }

        void report() {
            if (html == null) {
                return;
            }
            PrintWriter out = spec.commandLine().getOut();
            if (drawn == 0) {
                out.println("there is nothing to draw: no history is violated");
            } else if (left > 0) {
                out.println("drew the first violated history into " + html + "; name a folder to have the " + left
                        + " others, too");
            } else {
                out.println("drew " + drawn + (drawn == 1 ? " history into " : " histories into ") + html);
            }
        }
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
