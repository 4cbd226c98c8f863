// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A child process with the code under test, as its parent sees it. Started again after it died. */
final class WorkerProcess implements AutoCloseable {
    private final Path classes;
    private final String packageName;
    private Process process;
    private BufferedWriter orders;
    private BufferedReader answers;
    private String nonce;

    WorkerProcess(Path classes, String packageName) {
        this.classes = classes;
        this.packageName = packageName;
    }

    /** Lets the process carry out one order; if it dies over it, that is the outcome. */
    Outcome carryOut(Order order) {
        try {
            if (process == null || !process.isAlive()) {
                start();
            }
            orders.write(Json.line(order));
            orders.newLine();
            orders.flush();
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(nonce)) {
                    return Json.parse(line.substring(nonce.length()), Outcome.class);
                }
            }
            return died(order);
        } catch (IOException e) {
            return died(order);
        }
    }

    private Outcome died(Order order) {
        process.destroyForcibly();
        String how;
        try {
            int code = process.waitFor();
            how = "the process that ran it ended (exit code " + code + ") before the test was over";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            how = "the grader was interrupted";
        }
        return Outcome.lost(Property.CRASH, Outcome.Status.FAILED, how, order.seed());
    }

    private void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-Xmn256m",
                "-XX:+UseSerialGC",
                "-Djqwik.database=",
                "-cp",
                System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 23) {
            command.add(1, "--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of(Worker.class.getName(), classes.toString(), packageName));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        nonce = HexFormat.of().formatHex(secret);
        orders.write(nonce);
        orders.newLine();
        orders.flush();
    }

    @Override
    public void close() {
        if (process != null) {
            try {
                orders.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
