// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the code under test prints, of all threads: thrown away, except while a thread records a trace; then its lines go
 * there, cut and counted, so that a flood ends somewhere.
 */
final class PrintedLines extends OutputStream {
    private static final int MOST_LINES = 5_000;
    private static final int MOST_BYTES_OF_A_LINE = 400;

    /** Who reads what this thread prints. */
    private static final ThreadLocal<Reader> READER = new ThreadLocal<>();

    /** Reads the output of one thread. */
    private static final class Reader {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final Consumer<String> sink;
        private int lines;

        private Reader(Consumer<String> sink) {
            this.sink = sink;
        }

        private void read(int octet) {
            if (lines > MOST_LINES) {
                return;
            }
            if (octet == '\n') {
                endLine();
            } else if (octet != '\r' && line.size() < MOST_BYTES_OF_A_LINE) {
                line.write(octet);
            }
        }

        private void endLine() {
            lines++;
            sink.accept(
                    lines > MOST_LINES
                            ? "(what is printed behind the first " + MOST_LINES + " lines is not shown)"
                            : line.toString(StandardCharsets.UTF_8));
            line.reset();
        }

        private void endOutput() {
            if (line.size() > 0) {
                endLine();
            }
        }
    }

    /** Carries out {@code work}; the lines that it prints, on the calling thread, go to {@code sink}. */
    static <T> T read(Consumer<String> sink, Supplier<T> work) {
        Reader reader = new Reader(sink);
        READER.set(reader);
        try {
            return work.get();
        } finally {
            READER.remove();
            reader.endOutput();
        }
    }

    private final OutputStream everything;

    /** Throws away what nobody reads. */
    PrintedLines() {
        this(OutputStream.nullOutputStream());
    }

    /** Hands on what is printed, read or not, to {@code everything}. */
    PrintedLines(OutputStream everything) {
        this.everything = everything;
    }

    @Override
    public void write(int octet) throws IOException {
        everything.write(octet);
        Reader reader = READER.get();
        if (reader != null) {
            reader.read(octet);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        everything.write(bytes, offset, length);
        Reader reader = READER.get();
        for (int i = offset; reader != null && i < offset + length; i++) {
            reader.read(bytes[i]);
        }
    }
}
