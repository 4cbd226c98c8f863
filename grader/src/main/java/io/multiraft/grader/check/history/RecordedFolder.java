// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder with recorded histories and the table {@code verdicts.tsv}: a line of headings, then file, model, verdict
 * ({@code Ok} or {@code Illegal}), number of operations, and steps of the checker that gave the verdict.
 */
public final class RecordedFolder {

    /**
     * A line of the table.
     *
     * @param file as seen from the folder
     * @param operations number of operations
     * @param steps that the other checker took
     */
    public record Expected(String file, String model, String verdict, int operations, long steps) {}

    private static final String HEADINGS = "file\tmodel\tverdict\tops\t";

    private final Path folder;

    /** The folder {@code folder}. */
    public RecordedFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * All lines of the table.
     *
     * @throws IllegalArgumentException with file and line, if the table is missing or cannot be read
     */
    public List<Expected> expected() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("there is no folder " + folder);
        }
        Path table = folder.resolve("verdicts.tsv");
        if (!Files.isRegularFile(table) || !Files.isReadable(table)) {
            throw new IllegalArgumentException("there is no " + table + ": name a folder with recorded histories");
        }
        List<String> lines = lines(table);
        if (lines.isEmpty() || !lines.get(0).startsWith(HEADINGS)) {
            throw new IllegalArgumentException(
                    table + ":1: the headings file, model, verdict and ops are needed, with tabs between them");
        }
        List<Expected> all = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                all.add(expected(table, i + 1, lines.get(i).split("\t", -1)));
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException(table + " lists no histories");
        }
        return all;
    }

    private static List<String> lines(Path table) throws IOException {
        try {
            return Files.readAllLines(table);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(table + ": not a text in UTF-8", e);
        }
    }

    private static Expected expected(Path table, int line, String[] columns) {
        try {
            if (columns.length == 5 && (columns[2].equals("Ok") || columns[2].equals("Illegal"))) {
                return new Expected(
                        columns[0], columns[1], columns[2], Integer.parseInt(columns[3]), Long.parseLong(columns[4]));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException(table + ":" + line
                + ": five columns with tabs between them are needed: file, model, Ok or Illegal, operations, steps");
    }

    /** The history of a line. */
    public RecordedHistory<?, ?, ?> read(Expected expected) throws IOException {
        Path file = folder.resolve(expected.file());
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("there is no " + file + ", which verdicts.tsv lists");
        }
        return HistoryFile.read(file, expected.model());
    }
}
