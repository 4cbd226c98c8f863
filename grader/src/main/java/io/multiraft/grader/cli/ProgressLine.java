// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.run.Grading;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;

/** One line that moves on a terminal; elsewhere nothing. */
final class ProgressLine implements Grading.Progress {
    private static final long BETWEEN_NANOS = 150_000_000L;

    private final PrintWriter out;
    private final boolean terminal = CommandLine.Help.Ansi.AUTO.enabled();
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
        out.print(String.format(Locale.ROOT, "\r\u001b[K%d of %d runs, %,d events", done, all, events));
        out.flush();
        shown = true;
    }

    /** Takes the line away. */
    void clear() {
        if (shown) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
