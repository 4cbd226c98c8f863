// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * A command that was executed in this process, which costs much less than one of its own ({@link LabProcess}).
 *
 * @param out what it printed
 * @param err what it complained about
 */
record LabCommand(int exitCode, String out, String err) {

    /** Executes {@code ./lab} with {@code arguments}; not for several threads at a time. */
    static LabCommand run(String... arguments) {
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Lab.run(arguments);
            return new LabCommand(
                    exitCode, out.toString(StandardCharsets.UTF_8), complaints(err.toString(StandardCharsets.UTF_8)));
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
        }
    }

    /** Without those of a library that only tests have. */
    private static String complaints(String said) {
        return said.lines()
                .filter(line -> !line.startsWith("SLF4J(W)"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
