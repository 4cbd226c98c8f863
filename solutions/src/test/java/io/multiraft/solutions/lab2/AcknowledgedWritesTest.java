// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.host.HostLimits;
import io.multiraft.host.storage.LevelDbStorage;
import io.multiraft.host.storage.NodeIdentity;
import io.multiraft.host.transport.TransportLimits;
import io.multiraft.kv.KvResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The barrier, seen from outside: when a client is told that its write is done, a majority of disks holds it. */
@Timeout(600)
class AcknowledgedWritesTest {
    private static final int CLIENTS = 8;
    private static final int WRITES_EACH = 10;

    @TempDir
    Path folder;

    private final SyncedTokens[] disks = new SyncedTokens[RealKvCluster.SERVERS];
    private final AtomicLong lastToken = new AtomicLong();
    private final List<String> unsynced = Collections.synchronizedList(new ArrayList<>());

    @Test
    void everyAcknowledgedWriteIsSyncedOnAMajorityAlsoWhenAServerDies() throws Exception {
        try (RealKvCluster cluster = new RealKvCluster(number -> disk(number, false), HostLimits.DEFAULT, CLIENTS)) {
            assertThat(write(cluster)).isEqualTo(CLIENTS * WRITES_EACH);
            for (int number = 0; number < RealKvCluster.SERVERS; number++) {
                cluster.halt(number);
                assertThat(write(cluster)).isEqualTo(CLIENTS * WRITES_EACH);
                cluster.restart(number, disk(number, false));
            }
            assertThat(cluster.failures()).isEmpty();
        }
        assertThat(unsynced).isEmpty();
    }

    /** This test can fail: it does with an engine that does not keep what it promises. */
    @Test
    void anEngineThatTakesDurableWritesForRelaxedOnesIsFoundOut() throws Exception {
        HostLimits never = new HostLimits(
                1_024, 4 << 20, Duration.ofHours(1), Integer.MAX_VALUE, 1_000, Duration.ZERO, TransportLimits.DEFAULT);
        try (RealKvCluster cluster = new RealKvCluster(number -> disk(number, true), never, CLIENTS)) {
            assertThat(write(cluster)).isEqualTo(CLIENTS * WRITES_EACH);
        }
        assertThat(unsynced).hasSize(CLIENTS * WRITES_EACH);
    }

    private SyncedTokens disk(int number, boolean forgetful) throws Exception {
        Path path = folder.resolve("server-" + number);
        NodeIdentity identity = new NodeIdentity("kv", Integer.toString(number));
        disks[number] = new SyncedTokens(LevelDbStorage.open(path, identity, notice -> {}), forgetful);
        return disks[number];
    }

    /** All clients write at the same time; how many writes were acknowledged. */
    private long write(RealKvCluster cluster) throws Exception {
        AtomicLong acknowledged = new AtomicLong();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            all.add(writeOn(cluster, client, WRITES_EACH, acknowledged));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(120, SECONDS);
        return acknowledged.get();
    }

    private CompletableFuture<Void> writeOn(RealKvCluster cluster, int client, int left, AtomicLong acknowledged) {
        if (left == 0) {
            return CompletableFuture.completedFuture(null);
        }
        String token = SyncedTokens.token(lastToken.incrementAndGet());
        return cluster.append(client, "key-" + client, token, result -> judge(token, result, acknowledged))
                .thenComposeAsync(done -> writeOn(cluster, client, left - 1, acknowledged));
    }

    /** At the moment of the acknowledgement, not later. */
    private void judge(String token, KvResult result, AtomicLong acknowledged) {
        if (result instanceof KvResult.Done) {
            acknowledged.incrementAndGet();
            int holders = 0;
            for (SyncedTokens disk : disks) {
                holders += disk.holds(token) ? 1 : 0;
            }
            if (holders <= RealKvCluster.SERVERS / 2) {
                unsynced.add(token + " is synced on " + holders + " servers");
            }
        }
    }
}
