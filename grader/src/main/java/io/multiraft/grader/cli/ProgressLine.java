// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.run.Grading;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;

/** One line that moves on a terminal; elsewhere a plain line now and then. */
final class ProgressLine implements Grading.Progress {
    private static final long BETWEEN_NANOS = 150_000_000L;
    private static final long BETWEEN_PLAIN_NANOS = 30_000_000_000L;

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
        if (now - last < (terminal ? BETWEEN_NANOS : BETWEEN_PLAIN_NANOS)) {
            return;
        }
        last = now;
        String text = String.format(Locale.ROOT, "%d of %d runs, %,d events", done, all, events);
        if (terminal) {
            out.print("\r\u001b[K" + text);
            shown = true;
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** Takes the line away. */
    void clear() {
        if (shown) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
