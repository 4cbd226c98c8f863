// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.run.Grading;
import io.multiraft.grader.run.TestCase;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine;

/** One line that moves on a terminal; elsewhere nothing. */
final class ProgressLine implements Grading.Progress {
    private static final long BETWEEN_NANOS = 150_000_000L;

    /** In characters, so that the line does not wrap. */
    private static final int LONGEST_TITLE = 40;

    private final PrintWriter out;
    private final boolean terminal = CommandLine.Help.Ansi.AUTO.enabled();
    private final Set<TestCase> failed = new LinkedHashSet<>();
    private long last = System.nanoTime();
    private boolean shown;

    ProgressLine(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void advanced(long done, long all, long events) {
        long now = System.nanoTime();
        if (!terminal || now - last < BETWEEN_NANOS) {
            return;
        }
        last = now;
        out.print(String.format(Locale.ROOT, "\r\u001b[K%d of %d runs, %,d events%s", done, all, events, failures()));
        out.flush();
        shown = true;
    }

    @Override
    public void failed(TestCase test) {
        failed.add(test);
    }

    /** Whoever has broken what worked need not wait for the report. */
    private String failures() {
        return failed.stream()
                .findFirst()
                .map(first ->
                        "; " + failed.size() + " failed, first in " + first.step() + ": " + shortened(first.title()))
                .orElse("");
    }

    private static String shortened(String title) {
        return title.length() <= LONGEST_TITLE ? title : title.substring(0, LONGEST_TITLE - 1) + "…";
    }

    /** Takes the line away. */
    void clear() {
        if (shown) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
