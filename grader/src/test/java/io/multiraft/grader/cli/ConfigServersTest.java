// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real config servers, each a process with its port and its directory, and the commands for people. Clients try again
 * for as long as it takes, so nothing here depends on how fast anything is.
 */
@Timeout(600)
class ConfigServersTest {
    private static final Pattern LEADS = Pattern.compile("config-\\d leads in term (\\d+)");
    private static final List<String> BOOK = List.of(
            "{\"Version\":0,\"Buckets\":[0,0,0,0,0,0,0,0,0,0],\"Groups\":{}}",
            book(1, "0,0,0,0,0,0,0,0,0,0"),
            book(2, "1,0,0,0,0,0,0,0,0,0"),
            book(3, "1,1,0,0,0,0,0,0,0,0"),
            book(4, "1,1,1,0,0,0,0,0,0,0"),
            book(5, "1,1,1,1,0,0,0,0,0,0"),
            book(6, "1,1,1,1,1,0,0,0,0,0"));

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();
    private String servers;
    private String printed;
    private String complaint;

    private static String book(int version, String buckets) {
        return "{\"Version\":" + version + ",\"Buckets\":[" + buckets
                + "],\"Groups\":{\"1\":[\"127.0.0.1:6088\",\"127.0.0.1:6089\",\"127.0.0.1:6090\"]}}";
    }

    @BeforeEach
    void choosePorts() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        servers = sockets.stream()
                .map(socket -> "127.0.0.1:" + socket.getLocalPort())
                .collect(Collectors.joining(","));
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }

    @AfterEach
    void endProcesses() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void theBooksExampleToTheByteAndNoVersionIsLostWhoeverIsKilled() throws Exception {
        start(1, 2, 3);
        assertThat(config("join", "1", "127.0.0.1:6088,127.0.0.1:6089,127.0.0.1:6090", "--no-rebalance"))
                .isZero();
        assertThat(printed).isEqualTo("version 1\n");
        for (int bucket = 0; bucket < 5; bucket++) {
            assertThat(config("move", "" + bucket, "1")).isZero();
        }
        assertThat(config("query", "--json")).isZero();
        assertThat(printed).isEqualTo(BOOK.get(6) + "\n");

        int leader = leader();
        kill(leader);
        assertThat(config("query", "--json")).isZero();
        assertThat(printed).isEqualTo(BOOK.get(6) + "\n");
        start(leader);
        allVersionsAreThere();

        for (int id = 1; id <= 3; id++) {
            kill(id);
        }
        start(1, 2, 3);
        allVersionsAreThere();
        assertThat(config("join", "2", "127.0.0.1:7088")).isZero();
        assertThat(printed).isEqualTo("version 7\n");
    }

    private void allVersionsAreThere() {
        for (int version = 0; version <= 6; version++) {
            assertThat(config("query", "--json", "--version", "" + version)).isZero();
            assertThat(printed).isEqualTo(BOOK.get(version) + "\n");
        }
    }

    @Test
    void peopleSeeATableAndOneLineForEachError() throws Exception {
        start(1, 2, 3);
        assertThat(config("join", "1", "127.0.0.1:1,127.0.0.1:2", "127.0.0.1:3", "2", "127.0.0.1:4"))
                .isZero();
        assertThat(config("join", "7", "127.0.0.1:5", "--no-rebalance")).isZero();
        assertThat(config("query")).isZero();
        assertThat(printed).isEqualTo("""
                        version 2, 10 buckets
                        group  owns  buckets  servers
                            1     5  0-4      127.0.0.1:1,127.0.0.1:2,127.0.0.1:3
                            2     5  5-9      127.0.0.1:4
                            7     0  -        127.0.0.1:5
                        """);
        fails(1, "refused: group 1 has joined already", "join", "1", "127.0.0.1:6");
        fails(1, "refused: there is no group 9", "leave", "9");
        fails(1, "refused: there is no bucket 10: they are 0 to 9", "move", "10", "1");
        fails(1, "there is no version 3", "query", "--version", "3");
        fails(2, "--version takes a number from 0 on, or -1 for the latest", "query", "--version", "-2");
        fails(2, "behind the gid 4 the addresses of its servers are missing", "join", "4", "5", "127.0.0.1:6");
        assertThat(config("leave", "1", "2", "7")).isZero();
        assertThat(config("query")).isZero();
        assertThat(printed).endsWith("nobody    10  0-9\n");
    }

    @Test
    void aServerWithAnotherNumberOfBucketsStopsAndSaysWhy() throws Exception {
        start(1, 2);
        assertThat(config("join", "1", "127.0.0.1:1")).isZero();
        for (int start = 0; start < 2; start++) { // first without any state, then with that of its cluster
            assertThat(process(3, "--buckets", "20").waitFor()).isEqualTo(Lab.POINTS_LOST);
            assertThat(Files.readString(log(3, "err")))
                    .isEqualTo("lab: config 3 has stopped: the cluster was created with 10 buckets, which cannot be"
                            + " changed to 20: start this server with 10\n");
        }
        start(3);
        kill(1);
        assertThat(config("move", "0", "1")).isZero();
    }

    // ---- what the tests are made of ---------------------------------------------------------------------------------

    private void start(int... ids) throws IOException {
        for (int id : ids) {
            process(id);
        }
    }

    /** Starts a server, on the class path of the tests; what it says goes to files. */
    private Process process(int id, String... more) throws IOException {
        List<String> command = LabProcess.command();
        command.addAll(List.of("server", "config", "--id", "" + id));
        command.addAll(
                List.of("--peers", servers, "--data", folder.resolve("" + id).toString()));
        command.addAll(List.of("--impl", "reference"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(id, "out").toFile()))
                .redirectError(ProcessBuilder.Redirect.to(log(id, "err").toFile()))
                .start();
        while (processes.size() < id) {
            processes.add(process);
        }
        processes.set(id - 1, process);
        return process;
    }

    private Path log(int id, String kind) {
        return folder.resolve(id + "." + kind);
    }

    private void kill(int id) throws InterruptedException {
        processes.get(id - 1).destroyForcibly().waitFor();
    }

    /** The server that has led the highest term. */
    private int leader() {
        return IntStream.rangeClosed(1, 3)
                .boxed()
                .max(Comparator.comparing(this::ledTerm))
                .orElseThrow();
    }

    private long ledTerm(int id) {
        try {
            return LEADS.matcher(Files.readString(log(id, "out")))
                    .results()
                    .map((MatchResult found) -> Long.parseLong(found.group(1)))
                    .reduce(0L, Math::max);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void fails(int exit, String line, String... arguments) {
        assertThat(config(arguments)).isEqualTo(exit);
        assertThat(complaint).isEqualTo("lab: " + line + "\n");
        assertThat(printed).isEmpty();
    }

    /** Runs {@code ./lab config …}; the exit code. */
    private int config(String... arguments) {
        List<String> all = new ArrayList<>(List.of("config"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--servers", servers, "--timeout", "120"));
        LabCommand command = LabCommand.run(all.toArray(String[]::new));
        printed = command.out();
        complaint = command.err();
        return command.exitCode();
    }
}
