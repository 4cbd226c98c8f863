// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.real.KvCluster;
import io.multiraft.grader.real.KvSession;
import io.multiraft.grader.real.Layers;
import io.multiraft.grader.real.RunnableLayers;
import io.multiraft.kv.KvClientFactory;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real system from the outside: processes, sockets, disks, kill -9. Nothing here depends on how fast anything is. */
@Timeout(300)
class RealSystemTest {
    private static final int SIGTERM_EXIT = 128 + 15;

    @TempDir
    private Path folder;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void threeServersLoseNothingThatTheyAcknowledgedWhoeverIsKilled() throws Exception {
        List<Address> servers = localAddresses(3);
        List<LabProcess> running = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            running.add(server(id, servers));
        }
        running.forEach(LabProcess::awaitReady);
        KvSession session = session(servers);
        StringBuilder acknowledged = new StringBuilder();
        append(session, acknowledged, 20);
        for (int victim = 1; victim <= 3; victim++) {
            running.get(victim - 1).kill();
            append(session, acknowledged, 20);
            assertThat(get(session, "log")).isEqualTo(found(acknowledged.toString()));
            running.set(victim - 1, server(victim, servers).awaitReady());
            append(session, acknowledged, 20);
        }
        assertThat(session.execute(Operation.PUT, text("gone"), text("x"))).isEqualTo(new KvResult.Done());
        assertThat(session.execute(Operation.DELETE, text("gone"), ByteString.EMPTY))
                .isEqualTo(new KvResult.Done());

        // all of them stop as they are told to, and go on where they were
        for (LabProcess each : running) {
            assertThat(each.terminate()).isEqualTo(SIGTERM_EXIT);
            assertThat(each.out()).last().asString().startsWith("stopped: kv");
            assertThat(each.err()).isEmpty();
        }
        for (int id = 1; id <= 3; id++) {
            server(id, servers);
        }
        assertThat(get(session, "log")).isEqualTo(found(acknowledged.toString()));
        assertThat(get(session, "gone")).isEqualTo(new KvResult.NoSuchKey());
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    private void append(KvSession session, StringBuilder acknowledged, int times) {
        for (int i = 0; i < times; i++) {
            String mark = acknowledged.length() + " ";
            assertThat(session.execute(Operation.APPEND, text("log"), text(mark)))
                    .isEqualTo(new KvResult.Done());
            acknowledged.append(mark);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aClusterIsUpWithOneCommandAndKeepsItsData(int groups) throws Exception {
        String data = folder.resolve("cluster").toString();
        LabProcess cluster =
                lab("cluster", "up", "--data", data, "--port", "0", "--groups", "" + groups, "--impl", "reference");
        cluster.awaitReady();
        assertThat(succeeds("kv", "put", "a", "1", "--timeout", "60", "--data", data, "--impl", "reference"))
                .isEmpty();
        assertThat(succeeds("kv", "append", "a", "2", "--timeout", "60", "--data", data, "--impl", "reference"))
                .isEmpty();
        LabProcess second = lab("cluster", "up", "--data", data, "--impl", "reference");
        assertThat(second.exitCode()).isEqualTo(2);
        assertThat(second.err()).singleElement().asString().contains("-1 is in use by process");
        assertThat(cluster.terminate()).isEqualTo(SIGTERM_EXIT);
        assertThat(cluster.err()).isEmpty();

        lab("cluster", "up", "--data", data, "--impl", "reference").awaitReady();
        assertThat(succeeds("kv", "get", "a", "--timeout", "60", "--data", data, "--impl", "reference"))
                .isEqualTo("12\n");
        LabProcess status = lab("cluster", "status", "--json", "--data", data);
        status.exitCode(); // whether somebody leads at this moment is not known
        JsonNode found = json(String.join("\n", status.out()));
        assertThat(groups == 0 ? found.get("servers") : found.at("/configServers/servers"))
                .hasSize(3)
                .allMatch(each -> each.has("term"));
        JsonNode report = json(succeeds(
                "bench",
                "mixed",
                "--seconds",
                "1",
                "--warm-up",
                "0",
                "--keys",
                "10",
                "--clients",
                "4",
                "--timeout",
                "60",
                "--json",
                "--data",
                data,
                "--impl",
                "reference"));
        assertThat(report.get("errors").asLong()).isZero();
    }

    @Test
    void whatCannotBeginSaysWhyInOneLine() throws Exception {
        List<Address> servers = localAddresses(2);
        Path data = folder.resolve("kv-1");
        LabProcess first = server(1, servers).awaitReady();
        assertThat(refused(1, servers, data))
                .isEqualTo("lab: data directory " + data + " is in use by process " + first.pid());
        assertThat(refused(1, servers, folder.resolve("another")))
                .startsWith("lab: cannot listen on " + servers.get(0) + ": ");
        first.terminate();
        assertThat(refused(2, servers, data)).endsWith("belongs to node kv 1, not to node kv 2");
        String marker = Files.readString(data.resolve("FORMAT"));
        Files.writeString(data.resolve("FORMAT"), marker.replaceFirst("version \\d+", "version 99"));
        assertThat(refused(1, servers, data)).contains("has format 99, and this program knows format ");
        Files.writeString(data.resolve("FORMAT"), marker);
        flipABitOfTheLog(data);
        assertThat(refused(1, servers, data)).contains("data directory " + data + " is damaged: ");

        Path foreign = Files.createDirectories(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("thesis.txt"), "three years of work");
        assertThat(refused(1, servers, foreign)).contains("is not a data directory of the labs", "thesis.txt");
        assertThat(failsWith(2, "cluster", "up", "--data", foreign.toString())).contains("it holds thesis.txt");
        assertThat(foreign.resolve("LOCK")).doesNotExist();
    }

    @Test
    void whatMakesNoSenseSaysSoInOneLine() throws IOException {
        List<Address> servers = localAddresses(3);
        Path data = folder.resolve("data");
        assertThat(refused(4, servers, data))
                .isEqualTo("lab: --id 4 is none of the 3 servers that --peers names: it takes 1 to 3");
        assertThat(refused(1, List.of(new Address("here")), data)).contains("host:port", "'here' is none");
        assertThat(refused(1, List.of(servers.get(0), servers.get(0)), data)).endsWith(servers.get(0) + " twice");
        assertThat(data).doesNotExist();
        assertThat(failsWith(2, "kv", "get", "a", "--data", data.toString()))
                .contains("there is no cluster in " + data);
        assertThat(failsWith(2, "kv", "get", "a", "--servers", "nowhere.invalid:1"))
                .contains("its host is not known");
        assertThat(failsWith(2, "kv", "get")).contains("Missing required parameter: 'KEY'");
        assertThat(failsWith(2, "server", "kv", "--id", "1")).contains("--peers", "--data");
        assertThat(failsWith(2, "server")).contains("say which kind of server");
        assertThat(failsWith(2, "bench", "put", "--clients", "0")).contains("take a positive number");
        assertThat(failsWith(
                        1, "kv", "get", "a", "--timeout", "1", "--servers", addresses(servers), "--impl", "reference"))
                .startsWith("lab: no answer within 1 s");
        assertThat(failsWith(
                        1,
                        "server",
                        "kv",
                        "--id",
                        "1",
                        "--peers",
                        addresses(servers),
                        "--data",
                        data.toString(),
                        "--impl",
                        "mine"))
                .contains("kv 1 has stopped", "still to be written");
    }

    @Test
    void aValueMayBeTooLarge() throws Exception {
        List<Address> servers = localAddresses(1);
        server(1, servers).awaitReady();
        ByteString tooLong = ByteString.copyFrom(new byte[KvLimits.DEFAULT.maxValueBytes() + 1]);
        assertThat(session(servers).execute(Operation.PUT, text("k"), tooLong))
                .isEqualTo(new KvResult.TooLarge(KvLimits.DEFAULT.maxValueBytes()));
        assertThat(failsWith(2, "kv", "get", "k".repeat(5_000), "--servers", addresses(servers), "--impl", "reference"))
                .contains("too large", "4096 bytes");
        assertThat(failsWith(1, "kv", "get", "k", "--servers", addresses(servers), "--impl", "reference"))
                .isEqualTo("lab: no such key: k");
    }

    // ---- processes, and commands in this process --------------------------------------------------------------------

    private LabProcess lab(String... arguments) throws IOException {
        LabProcess process = LabProcess.start(arguments);
        open.push(process);
        return process;
    }

    private LabProcess server(int id, List<Address> servers) throws IOException {
        return lab(server(id, servers, folder.resolve("kv-" + id)));
    }

    private static String[] server(int id, List<Address> servers, Path data) {
        return new String[] {
            "server",
            "kv",
            "--id",
            Integer.toString(id),
            "--peers",
            addresses(servers),
            "--data",
            data.toString(),
            "--impl",
            "reference"
        };
    }

    /** What a server says that is not to begin. */
    private static String refused(int id, List<Address> servers, Path data) {
        return failsWith(2, server(id, servers, data));
    }

    /** The only line that a command of this process says before it ends with {@code exitCode}. */
    private static String failsWith(int exitCode, String... arguments) {
        LabCommand command = LabCommand.run(arguments);
        assertThat(command.exitCode()).isEqualTo(exitCode);
        String text = command.err().strip();
        assertThat(text).startsWith("lab: ").doesNotContain("\n");
        return text;
    }

    /** What a command of this process prints that has nothing to complain about. */
    private static String succeeds(String... arguments) {
        LabCommand command = LabCommand.run(arguments);
        assertThat(command.exitCode()).as("%s", command.err()).isZero();
        assertThat(command.err()).isEmpty();
        return command.out();
    }

    private KvSession session(List<Address> servers) {
        KvClientFactory client = new RunnableLayers(Lab.home(), notice -> {})
                .load(LayerChoice.all("reference"), Layers.OF_KV_CLIENT)
                .kvClient();
        KvSession session = KvSession.open(client, servers, Duration.ofMinutes(2));
        open.push(session);
        return session;
    }

    private static KvResult get(KvSession session, String key) {
        return session.execute(Operation.GET, text(key), ByteString.EMPTY);
    }

    private static KvResult found(String value) {
        return new KvResult.Found(text(value));
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static List<Address> localAddresses(int number) {
        return KvCluster.freePorts(number).stream()
                .map(port -> new Address("127.0.0.1:" + port))
                .toList();
    }

    private static String addresses(List<Address> servers) {
        return servers.stream().map(Address::text).collect(Collectors.joining(","));
    }

    private static void flipABitOfTheLog(Path data) throws IOException {
        Path log;
        try (Stream<Path> files = Files.list(data.resolve("log"))) {
            log = files.filter(file -> file.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(log);
        bytes[10] ^= 1; // within the first record
        Files.write(log, bytes);
    }
}
