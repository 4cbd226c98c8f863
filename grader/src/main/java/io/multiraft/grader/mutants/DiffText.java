// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import com.github.difflib.unifieddiff.UnifiedDiff;
import com.github.difflib.unifieddiff.UnifiedDiffParserException;
import com.github.difflib.unifieddiff.UnifiedDiffReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a unified diff with the patch library, which passes over what it does not understand; so the text is checked
 * before: each hunk has exactly the lines that its header announces, and no line belongs to no hunk.
 */
final class DiffText {
    private static final Pattern HUNK = Pattern.compile("@@ -\\d+(?:,(\\d+))? \\+\\d+(?:,(\\d+))? @@.*");

    private final List<String> lines;
    private final int first;
    private final List<String> checked = new ArrayList<>();

    /** The diff that begins at {@code lines[first]}. */
    private DiffText(List<String> lines, int first) {
        this.lines = lines;
        this.first = first;
    }

    /** Number of lines before the diff. */
    static int begin(List<String> lines) {
        int line = 0;
        while (line < lines.size()
                && !lines.get(line).startsWith("diff --git ")
                && !lines.get(line).startsWith("--- ")) {
            line++;
        }
        return line;
    }

    /** Reads the diff that begins at {@code lines[first]}. */
    static UnifiedDiff parse(List<String> lines, int first) throws BadPatchException {
        DiffText text = new DiffText(lines, first);
        text.check();
        byte[] bytes = (String.join("\n", text.checked) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            return UnifiedDiffReader.parseUnifiedDiff(new ByteArrayInputStream(bytes));
        } catch (IOException | UnifiedDiffParserException e) {
            throw new BadPatchException("is not a unified diff: " + e.getMessage());
        }
    }

    private void check() throws BadPatchException {
        int line = first;
        while (line < lines.size()) {
            String text = lines.get(line);
            if (text.startsWith("@@")) {
                line = checkHunk(line);
            } else if (text.equals("-- ")) {
                return; // what follows is a mailer's signature
            } else {
                if (isOfHunk(text)) {
                    throw new BadPatchException("line " + (line + 1) + " belongs to no hunk");
                }
                if (!text.isBlank()) {
                    checked.add(text);
                }
                line++;
            }
        }
    }

    private static boolean isOfHunk(String text) {
        return !text.isBlank() && " +-".indexOf(text.charAt(0)) >= 0 && !text.matches("(\\+\\+\\+|---) .*");
    }

    /** Returns the line behind the hunk. */
    private int checkHunk(int header) throws BadPatchException {
        Matcher numbers = HUNK.matcher(lines.get(header));
        if (!numbers.matches()) {
            throw new BadPatchException("line " + (header + 1) + " is not the head of a hunk: " + lines.get(header));
        }
        checked.add(lines.get(header));
        int before = count(numbers.group(1));
        int after = count(numbers.group(2));
        int line = header + 1;
        while (before > 0 || after > 0) {
            // an empty line of the context, whose blank an editor has taken away
            String text = line == lines.size() ? "end" : lines.get(line).isEmpty() ? " " : lines.get(line);
            char kind = text.charAt(0);
            before -= kind == ' ' || kind == '-' ? 1 : 0;
            after -= kind == ' ' || kind == '+' ? 1 : 0;
            if (" +-\\".indexOf(kind) < 0 || before < 0 || after < 0) {
                throw new BadPatchException(
                        "the hunk at line " + (header + 1) + " does not have the lines that its head announces");
            }
            checked.add(text);
            line++;
        }
        return line;
    }

    private static int count(String number) {
        return number == null ? 1 : Integer.parseInt(number);
    }
}
