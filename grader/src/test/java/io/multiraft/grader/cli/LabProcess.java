// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** {@code ./lab} with some arguments as a process of its own, and what it has printed. */
final class LabProcess implements AutoCloseable {
    private final Process process;
    private final List<String> out = Collections.synchronizedList(new ArrayList<>());
    private final List<String> err = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final List<Thread> readers;

    private LabProcess(Process process) {
        this.process = process;
        this.readers = List.of(
                reader(process.inputReader(StandardCharsets.UTF_8), out),
                reader(process.errorReader(StandardCharsets.UTF_8), err));
    }

    /** Starts it on the class path of the tests, with the flags that the launcher gives to this Java. */
    static LabProcess start(String... arguments) throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("slf4j")) // of the tests only, and it complains
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Dlab.home=" + System.getProperty("lab.home", ".."),
                "-cp",
                classPath,
                "io.multiraft.grader.cli.Lab"));
        command.addAll(List.of(arguments));
        return new LabProcess(new ProcessBuilder(command).start());
    }

    private Thread reader(BufferedReader from, List<String> lines) {
        Thread reader = new Thread(() -> {
            try (from) {
                for (String line = from.readLine(); line != null; line = from.readLine()) {
                    lines.add(line);
                    if (line.startsWith("ready: ")) {
                        ready.complete(true);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                ready.complete(false); // has no effect if it was ready
            }
        });
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    /** Waits until a server says that it is ready, or until the process ends: then it fails. */
    LabProcess awaitReady() {
        if (!ready.join()) {
            throw new AssertionError("it has ended with " + exitCode() + ": " + out + " " + err);
        }
        return this;
    }

    /** Waits for the end. */
    int exitCode() {
        try {
            int code = process.waitFor();
            for (Thread reader : readers) {
                reader.join();
            }
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Its id. */
    long pid() {
        return process.pid();
    }

    /** Kill -9. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    /** SIGTERM; waits for the end. */
    int terminate() {
        process.toHandle().destroy(); // Process.destroy would lose what it still says
        return exitCode();
    }

    /** Lines of standard output so far. */
    List<String> out() {
        return List.copyOf(out);
    }

    /** Lines of standard error so far. */
    List<String> err() {
        return List.copyOf(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
