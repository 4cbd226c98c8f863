// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.skeleton;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Puts a source file in order after lines were taken out of it: no blank lines too many, the imports that it needs and no
 * others. It knows as much of Java as formatted sources take.
 */
final class SourceText {
    private static final String TODO_EXCEPTION = "import io.multiraft.node.TodoException;";

    private SourceText() {}

    /** The file that consists of {@code lines}, in order. */
    static String tidy(List<String> lines) {
        List<String> rest = new ArrayList<>();
        SortedSet<String> imports = new TreeSet<>();
        for (String line : lines) {
            (line.startsWith("import ") ? imports : rest).add(line);
        }
        String code = String.join("\n", rest);
        if (mentions(code, "TodoException") && !code.contains("package io.multiraft.node;")) {
            imports.add(TODO_EXCEPTION);
        }
        imports.removeIf(line -> !mentions(code, simpleName(line)));
        return withoutExtraBlankLines(withImports(rest, imports));
    }

    private static String simpleName(String importLine) {
        return importLine.substring(importLine.lastIndexOf('.') + 1, importLine.length() - 1);
    }

    private static boolean mentions(String code, String name) {
        return Pattern.compile("\\b" + Pattern.quote(name) + "\\b")
                .matcher(code)
                .find();
    }

    private static List<String> withImports(List<String> rest, SortedSet<String> imports) {
        List<String> all = new ArrayList<>();
        for (String line : rest) {
            all.add(line);
            if (line.startsWith("package ") && !imports.isEmpty()) {
                all.add("");
                all.addAll(imports);
                all.add("");
            }
        }
        return all;
    }

    /** No two blank lines in a row, none before a closing brace, none at the end. */
    private static String withoutExtraBlankLines(List<String> lines) {
        StringBuilder text = new StringBuilder();
        boolean blank = false;
        for (String line : lines) {
            if (line.isBlank()) {
                blank = true;
                continue;
            }
            if (blank && !line.strip().equals("}")) {
                text.append('\n');
            }
            text.append(line).append('\n');
            blank = false;
        }
        return text.toString();
    }
}
