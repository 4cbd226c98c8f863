// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The clock of a run, and what has happened, in words: printed at once, and kept. Any thread may use it. */
final class Diary {
    private final PrintWriter out;
    private final long begin = System.nanoTime();
    private final List<Entry> entries = new ArrayList<>();

    /** Something that happened. */
    private record Entry(long micros, String text) {}

    /** The clock starts now. */
    Diary(PrintWriter out) {
        this.out = out;
    }

    /** Time since the beginning. */
    long nowMicros() {
        return (System.nanoTime() - begin) / 1_000;
    }

    /** Notes and prints a line. */
    synchronized void note(String text) {
        Entry entry = new Entry(nowMicros(), text);
        entries.add(entry);
        out.println(line(entry));
        out.flush();
    }

    /** All lines. */
    synchronized List<String> lines() {
        return entries.stream().map(Diary::line).toList();
    }

    private static String line(Entry entry) {
        return seconds(entry.micros()) + "  " + entry.text();
    }

    /** A time in a column of its own. */
    private static String seconds(long micros) {
        return String.format(Locale.ROOT, "%7.2f s", micros / 1e6);
    }
}
