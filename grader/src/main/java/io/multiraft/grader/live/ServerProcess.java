// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server in a process of its own, through all its starts. Used by one thread, except {@link #kill}, which may come from any.
 */
final class ServerProcess {
    private static final Pattern LISTENING = Pattern.compile("listening: .*:(\\d+)");
    private static final String READY = "ready: ";

    /** What begins a line that tells why a server ends. */
    private static final String COMPLAINT = "lab: ";

    private static final long LAST_LINE_MILLIS = 2_000;

    private final String name;
    private final List<String> command;
    private final Path log;
    private final IntConsumer onPort;
    private Optional<Run> run = Optional.empty();
    private boolean over;

    /**
     * A server that does not run yet.
     *
     * @param name for people
     * @param command starts it; it says where it listens, and when it is ready, and ends with its standard input
     * @param log gets all that it prints
     * @param onPort told where it listens, each time
     */
    ServerProcess(String name, List<String> command, Path log, IntConsumer onPort) {
        this.name = name;
        this.command = List.copyOf(command);
        this.log = log;
        this.onPort = onPort;
    }

    /** The server's name. */
    String name() {
        return name;
    }

    /** Starts it, unless it runs or is to run no more; it is not ready yet. */
    synchronized void start() {
        if (over || isUp()) {
            return;
        }
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            run = Optional.of(new Run(process));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a server", e);
        }
    }

    /**
     * Waits until it is ready.
     *
     * @return why it has ended; empty if it is ready
     * @throws NotReadyException if it is still not known after {@code seconds}
     */
    Optional<String> awaitReady(long seconds) {
        Run current = run.orElseThrow();
        try {
            return current.ready.get(seconds, TimeUnit.SECONDS) ? Optional.empty() : Optional.of(current.howItEnded());
        } catch (TimeoutException e) {
            throw new NotReadyException(
                    "Server " + name + " is not ready " + seconds + " s after its start, and has not ended either.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("The run was interrupted while server " + name + " started.");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether its process is there, stopped or not. */
    synchronized boolean isUp() {
        return run.filter(current -> !current.killed && current.process.isAlive())
                .isPresent();
    }

    /** How it came to its end without having been killed, if it did. */
    synchronized Optional<String> ownEnd() {
        return run.filter(current -> !current.killed && !current.process.isAlive())
                .map(Run::howItEnded);
    }

    /** SIGKILL; returns when it is gone. Does nothing if it does not run. */
    synchronized void kill() {
        run.ifPresent(Run::kill);
    }

    /** Kills it for good. */
    synchronized void end() {
        over = true;
        kill();
    }

    /** SIGSTOP. */
    void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() {
        signal("CONT");
    }

    private synchronized void signal(String signal) {
        if (!isUp()) {
            return;
        }
        try {
            long pid = run.orElseThrow().process.pid();
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send SIG" + signal, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From one start to the end of the process. */
    private final class Run {
        private final Process process;
        private final Thread reader;
        private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
        private volatile boolean killed;
        private volatile String complaint = "it has not said why";

        Run(Process process) {
            this.process = process;
            reader = new Thread(this::read, "server " + name);
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                    PrintWriter kept = new PrintWriter(
                            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    kept.println(line);
                    kept.flush();
                    take(line);
                }
            } catch (IOException e) {
                complaint = "what it prints cannot be read or kept: " + e.getMessage();
            }
            ready.complete(false); // has no effect if it was ready
        }

        private void take(String line) {
            Matcher listening = LISTENING.matcher(line);
            if (line.startsWith(COMPLAINT)) {
                complaint = line.substring(COMPLAINT.length());
            } else if (listening.matches()) {
                onPort.accept(Integer.parseInt(listening.group(1)));
            } else if (line.startsWith(READY)) {
                ready.complete(true);
            }
        }

        String howItEnded() {
            awaitLastLine();
            return "it has ended with exit code " + exitCode() + ": " + complaint;
        }

        private void awaitLastLine() {
            try {
                reader.join(LAST_LINE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void kill() {
            killed = true;
            process.destroyForcibly();
            exitCode();
        }

        int exitCode() {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }
    }
}
