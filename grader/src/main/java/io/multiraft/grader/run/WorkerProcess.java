// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One child process with the code under test, as its parent sees it. */
final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedWriter orders;
    private final String nonce;
    private final Map<Long, CompletableFuture<Optional<Outcome>>> pending = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private volatile boolean ended;

    WorkerProcess(int threads, List<String> options) {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        nonce = HexFormat.of().formatHex(secret);
        try {
            process = new ProcessBuilder(command(threads, options))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        orders = process.outputWriter(StandardCharsets.UTF_8);
        send(nonce);
        Thread reader = new Thread(this::readAnswers, "answers");
        reader.setDaemon(true);
        reader.start();
    }

    private static List<String> command(int threads, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Xmn64m",
                "-XX:+UseSerialGC",
                // a grading is short: inlining as eagerly as usual would give half of its time to the compiler
                "-XX:FreqInlineSize=100",
                "-XX:InlineSmallCode=600",
                "-Xshare:auto",
                "-Djqwik.database=",
                Patience.current().option(),
                "-cp",
                System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 23) {
            command.add(1, "--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(1, options);
        command.addAll(List.of(Worker.class.getName(), Integer.toString(threads)));
        return command;
    }

    /** Lets the process carry out an order; empty if it dies before it answers. */
    Optional<Outcome> carryOut(Order order) {
        CompletableFuture<Optional<Outcome>> answer = new CompletableFuture<>();
        long id = lastId.incrementAndGet();
        pending.put(id, answer);
        send(Json.line(order.withId(id)));
        if (ended) {
            answer.complete(Optional.empty());
        }
        return answer.join();
    }

    private synchronized void send(String line) {
        try {
            orders.write(line);
            orders.newLine();
            orders.flush();
        } catch (IOException e) {
            ended = true; // it is gone: whoever waits is told by the reader
        }
    }

    private void readAnswers() {
        try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(nonce)) {
                    take(line.substring(nonce.length() + 1));
                }
            }
        } catch (IOException | RuntimeException e) {
            // it is gone, or was when it had written half an answer: the order counts as not answered
            process.destroyForcibly();
        }
        ended = true;
        pending.values().forEach(answer -> answer.complete(Optional.empty()));
    }

    private void take(String answer) {
        int blank = answer.indexOf(' ');
        long id = Long.parseLong(answer.substring(0, blank));
        Outcome outcome = Json.parse(answer.substring(blank + 1), Outcome.class);
        CompletableFuture<Optional<Outcome>> waiting = pending.remove(id);
        if (waiting != null) {
            waiting.complete(Optional.of(outcome));
        }
    }

    boolean isAlive() {
        return !ended && process.isAlive();
    }

    int exitCode() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
