// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.multiraft.grader.load.Compilation;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.real.KvSession;
import io.multiraft.grader.real.Layers;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operating system sees of the barrier: a call that syncs a file, on a majority, for each acknowledged write. */
class SyncCallsTest {
    private static final int SERVERS = 3;
    private static final int WRITES = 50;

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() {
        processes.forEach(SyncCallsTest::end);
    }

    /** The server first: it would go on without its tracer. */
    private static void end(Process tracer) {
        tracer.descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            tracer.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aMajorityOfProcessesSyncsForEachWriteThatIsAcknowledgedBeforeTheNextOne() throws Exception {
        assumeTrue(canTrace(), "skipped: there is no strace here that may trace processes");
        List<Address> servers = freeAddresses();
        for (int id = 1; id <= SERVERS; id++) {
            processes.add(start(id, servers));
        }
        Implementations code =
                new Implementations(new Compilation(Lab.home()).of(LayerChoice.all("reference"), Layers.OF_KV_CLIENT));
        try (KvSession session = KvSession.open(code.kvClient(), servers, Duration.ofMinutes(3))) {
            for (int i = 0; i < WRITES; i++) {
                ByteString value = ByteString.copyFromUtf8(Integer.toString(i));
                assertThat(session.execute(Operation.PUT, ByteString.copyFromUtf8("key"), value))
                        .isEqualTo(new KvResult.Done());
            }
        }
        end();
        List<Long> calls = new ArrayList<>();
        for (int id = 1; id <= SERVERS; id++) {
            calls.add(syncs(folder.resolve("calls-" + id)));
        }
        calls.sort(Comparator.reverseOrder());
        assertThat(calls.get(SERVERS / 2)).as("syncs of each server: " + calls).isGreaterThanOrEqualTo(WRITES);
    }

    private boolean canTrace() {
        try {
            return new ProcessBuilder("strace", "-o", folder.resolve("probe").toString(), "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // not installed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Process start(int id, List<Address> servers) throws IOException {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-e", "trace=msync,fdatasync,fsync"));
        command.addAll(List.of("-o", folder.resolve("calls-" + id).toString()));
        command.addAll(LabProcesses.command());
        command.addAll(List.of("server", "kv", "--until-eof", "--impl", "reference", "--id", Integer.toString(id)));
        command.addAll(List.of("--data", folder.resolve("server-" + id).toString()));
        command.addAll(List.of("--peers", servers.stream().map(Address::text).collect(Collectors.joining(","))));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server-" + id + ".log").toFile())
                .start();
    }

    /** Lines of the trace that begin a call which syncs. */
    private static long syncs(Path trace) throws IOException {
        return Files.readAllLines(trace).stream()
                .filter(line -> line.contains("msync(") || line.contains("fdatasync(") || line.contains("fsync("))
                .count();
    }

    /** Ports that were free a moment ago. */
    private static List<Address> freeAddresses() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        List<Address> addresses = new ArrayList<>();
        for (ServerSocket socket : sockets) {
            addresses.add(new Address("127.0.0.1:" + socket.getLocalPort()));
            socket.close();
        }
        return addresses;
    }
}
