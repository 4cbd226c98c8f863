// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.host.HostLimits;
import io.multiraft.host.storage.DataDirectoryException;
import io.multiraft.host.storage.DurableStorage;
import io.multiraft.host.storage.LevelDbInJava;
import io.multiraft.host.storage.LevelDbStorage;
import io.multiraft.host.storage.NodeIdentity;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server crashes, and then something happens to the last segment of its commit log, or to the last log of its LevelDB. It
 * comes up with the beginning of what it had and catches up, or it refuses with one line and leaves everything as it is.
 */
@Timeout(600)
class DamagedServerTest {
    private static final int DAMAGED = 2;
    private static final int KEYS = 3;
    private static final int TRIALS = 16;
    private static final int POLL_MILLIS = 50;

    @TempDir
    Path folder;

    private final Map<String, String> expected = new HashMap<>();
    private int lastToken;

    /** What opens the data directories. */
    enum Engine {
        NATIVE_IF_IT_LOADS {
            @Override
            DurableStorage open(Path path, NodeIdentity identity) throws DataDirectoryException {
                return LevelDbStorage.open(path, identity, notice -> {});
            }
        },
        IN_JAVA {
            @Override
            DurableStorage open(Path path, NodeIdentity identity) throws DataDirectoryException {
                return LevelDbInJava.open(path, identity);
            }
        };

        abstract DurableStorage open(Path path, NodeIdentity identity) throws DataDirectoryException;
    }

    @ParameterizedTest
    @EnumSource
    void itCatchesUpFromABeginningOrRefusesAndNeverServesWhatIsWrong(Engine engine) throws Exception {
        Random random = new Random(5);
        int refused = 0;
        try (RealKvCluster cluster = new RealKvCluster(
                number -> engine.open(folder.resolve("server-" + number), identity(number)), HostLimits.DEFAULT, 1)) {
            write(cluster, 60);
            cluster.halt(DAMAGED);
            write(cluster, 20);
            for (int trial = 0; trial < TRIALS; trial++) {
                Path copy = folder.resolve("trial-" + trial);
                copy(folder.resolve("server-" + DAMAGED), copy);
                damage(lastLog(copy.resolve(random.nextBoolean() ? "log" : "db")), random);
                Optional<DurableStorage> disk = openOrBeRefused(engine, copy);
                refused += disk.isPresent() ? 0 : 1;
                if (disk.isPresent()) {
                    restartAll(cluster, engine, disk.get());
                    write(cluster, 1); // the new leader commits what is there with the first command of its own term
                    awaitSameState(cluster);
                    assertThatNothingIsWrong(cluster);
                    cluster.halt(DAMAGED);
                }
            }
            assertThat(cluster.failures()).isEmpty();
        }
        assertThat(refused).as("of both there must be some").isBetween(1, TRIALS - 1);
    }

    private static NodeIdentity identity(int number) {
        return new NodeIdentity("kv", Integer.toString(number));
    }

    private void write(RealKvCluster cluster, int appends) throws Exception {
        for (int i = 0; i < appends; i++) {
            String key = "key-" + lastToken % KEYS;
            String token = SyncedTokens.token(++lastToken);
            assertThat(cluster.execute(0, Operation.APPEND, key, token).get(90, SECONDS))
                    .isEqualTo(new KvResult.Done());
            expected.merge(key, token, String::concat);
        }
    }

    private void assertThatNothingIsWrong(RealKvCluster cluster) throws Exception {
        for (Map.Entry<String, String> each : expected.entrySet()) {
            assertThat(cluster.execute(0, Operation.GET, each.getKey(), "").get(90, SECONDS))
                    .isEqualTo(new KvResult.Found(ByteString.copyFromUtf8(each.getValue())));
        }
    }

    /**
     * A leader never goes back behind what a follower has confirmed, and a log that was cut between two batches has lost some
     * of that: under the leader of then the follower would wait. The next leader knows of nothing that was confirmed.
     */
    private void restartAll(RealKvCluster cluster, Engine engine, DurableStorage damaged) throws Exception {
        for (int number = 0; number < DAMAGED; number++) {
            cluster.halt(number);
        }
        cluster.restart(DAMAGED, damaged);
        for (int number = 0; number < DAMAGED; number++) {
            cluster.restart(number, engine.open(folder.resolve("server-" + number), identity(number)));
        }
    }

    /** Until all hold the same; if that never comes the test runs out of its time. */
    private static void awaitSameState(RealKvCluster cluster) throws Exception {
        ByteString others = cluster.state(0);
        while (!cluster.state(DAMAGED).equals(others) || !cluster.state(1).equals(others)) {
            Thread.sleep(POLL_MILLIS);
            others = cluster.state(0);
        }
    }

    // ---- damage ----------------------------------------------------------------------------------------------------

    /** Cuts the file somewhere, or flips a bit, or zeroes the end, as power failures and bad disks do. */
    private static void damage(Path log, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(log);
        int used = usedBytes(bytes);
        int at = random.nextInt(used);
        switch (random.nextInt(3)) {
            case 0 -> bytes = Arrays.copyOf(bytes, at);
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            default -> Arrays.fill(bytes, Math.max(at, used - 512), used, (byte) 0);
        }
        Files.write(log, bytes);
    }

    /** Behind that there are zeros. */
    private static int usedBytes(byte[] log) {
        int end = log.length;
        while (log[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static Optional<DurableStorage> openOrBeRefused(Engine engine, Path path) throws IOException {
        Map<String, Integer> before = content(path);
        try {
            return Optional.of(engine.open(path, identity(DAMAGED)));
        } catch (DataDirectoryException e) {
            assertThat(e.getMessage())
                    .startsWith("data directory " + path + " ")
                    .doesNotContain("\n");
            assertThat(content(path)).isEqualTo(before);
            return Optional.empty();
        }
    }

    /** All files but the lock, which says who holds it. */
    private static Map<String, Integer> content(Path path) throws IOException {
        Map<String, Integer> content = new TreeMap<>();
        for (Path file : files(path)) {
            if (!file.endsWith("LOCK")) {
                content.put(path.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return content;
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path copy = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    private static Path lastLog(Path path) throws IOException {
        return files(path).stream()
                .filter(file -> file.toString().endsWith(".log"))
                .max(Path::compareTo)
                .orElseThrow();
    }

    private static List<Path> files(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
