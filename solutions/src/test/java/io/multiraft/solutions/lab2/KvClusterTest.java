// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client, store and replicated service on the Raft of lab 1. */
class KvClusterTest {
    private static final int COMMANDS = 60;

    private TinyKvCluster cluster;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void groupsOfAllSizesServeTheirClients(int size) {
        cluster = new TinyKvCluster(size, ServiceOptions.DEFAULT, size);
        Address client = cluster.client("c1");
        List<KvResult> results = new ArrayList<>();
        cluster.execute(client, command(Operation.APPEND, "a"), results::add);
        cluster.execute(client, command(Operation.APPEND, "b"), results::add);
        cluster.execute(client, command(Operation.GET, ""), results::add);
        cluster.execute(client, command(Operation.DELETE, ""), results::add);
        cluster.execute(client, command(Operation.GET, ""), results::add);
        cluster.run(3_000);
        assertThat(results)
                .containsExactly(
                        new KvResult.Done(),
                        new KvResult.Done(),
                        new KvResult.Found(ByteString.copyFromUtf8("ab")),
                        new KvResult.Done(),
                        new KvResult.NoSuchKey());
    }

    @Test
    void readsLeaveNoTraceInTheLog() {
        cluster = new TinyKvCluster(3, ServiceOptions.DEFAULT, 4);
        Address client = cluster.client("c1");
        List<KvResult> results = new ArrayList<>();
        cluster.execute(client, command(Operation.PUT, "v"), results::add);
        cluster.run(2_000);
        long before = cluster.status(cluster.leader().orElseThrow()).lastIndex();
        IntStream.range(0, 50).forEach(i -> cluster.execute(client, command(Operation.GET, ""), results::add));
        cluster.run(2_000);
        assertThat(results).hasSize(51);
        assertThat(cluster.status(cluster.leader().orElseThrow()).lastIndex()).isEqualTo(before);
    }

    /** Clients append their own marks, each as the one before is done, while the world falls apart. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyAppendTakesEffectOnceThroughLossesCrashesAndSnapshots(long seed) {
        cluster = new TinyKvCluster(3, ServiceOptions.DEFAULT.withCompactAfterBytes(700), seed);
        cluster.disturb(0.1, 0.05);
        List<Marks> clients = List.of(new Marks("a"), new Marks("b"), new Marks("c"));
        clients.forEach(Marks::next);
        for (int round = 0; round < 8; round++) {
            cluster.run(1_500);
            Address victim = cluster.leader().orElse(cluster.servers().get(round % 3));
            cluster.crash(victim);
            cluster.run(1_500);
            cluster.boot(victim);
        }
        cluster.disturb(0, 0);
        cluster.run(60_000);

        assertThat(clients).allMatch(client -> client.done == COMMANDS);
        List<KvResult> last = new ArrayList<>();
        cluster.execute(cluster.client("reader"), command(Operation.GET, ""), last::add);
        cluster.run(1_000);
        String text = ((KvResult.Found) last.get(0)).value().toStringUtf8();
        for (Marks client : clients) {
            List<String> own = List.of(text.split(" ")).stream()
                    .filter(mark -> mark.startsWith(client.name))
                    .toList();
            assertThat(own)
                    .isEqualTo(IntStream.range(0, COMMANDS)
                            .mapToObj(number -> client.name + number)
                            .toList());
        }
        assertThat(cluster.servers().stream().map(cluster::state).distinct()).hasSize(1);
        assertThat(cluster.servers()).allMatch(server -> cluster.status(server).firstIndex() > 100);
    }

    private final class Marks {
        private final String name;
        private final Address address;
        private int done;

        Marks(String name) {
            this.name = name;
            this.address = cluster.client("client-" + name);
        }

        void next() {
            cluster.execute(address, command(Operation.APPEND, name + done + " "), result -> {
                assertThat(result).isEqualTo(new KvResult.Done());
                done++;
                if (done < COMMANDS) {
                    next();
                }
            });
        }
    }

    private static KvCommand command(Operation operation, String value) {
        return KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8("key"))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }
}
