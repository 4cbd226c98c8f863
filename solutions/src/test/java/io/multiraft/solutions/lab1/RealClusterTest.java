// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.host.Host;
import io.multiraft.host.HostConfig;
import io.multiraft.host.HostListener;
import io.multiraft.host.storage.LevelDbStorage;
import io.multiraft.host.storage.NodeIdentity;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Reply;
import io.multiraft.node.Services;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.Role;
import io.multiraft.raft.Snapshot;
import io.multiraft.raft.StateMachine;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.Storage;
import io.multiraft.storage.WriteBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The reference for real: sockets, LevelDB and the wall clock. */
@Timeout(120)
class RealClusterTest {
    private static final ByteString NOTHING = ByteString.EMPTY;
    private static final ByteString REFUSED = Keys.ofText("refused");

    /** Slow enough for a machine that is busy with other things. */
    private static final RaftOptions CALM = RaftOptions.DEFAULT.withHeartbeatInterval(Duration.ofMillis(100));

    @TempDir
    Path folder;

    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<Host> hosts = new ArrayList<>();
    private RaftConfig group;

    @AfterEach
    void stop() {
        hosts.forEach(Host::stop);
        assertThat(failures).isEmpty();
    }

    @Test
    void aGroupKeepsAllThatItAcknowledgedWhenItsLeaderDiesAndWhenAllAreRestarted() throws Exception {
        for (int i = 0; i < 3; i++) {
            hosts.add(open(i, new Address("127.0.0.1:0")));
        }
        group = new RaftConfig(hosts.stream().map(Host::address).toList(), CALM);
        for (Host host : hosts) {
            host.start(report -> new Member(group)).get(20, SECONDS);
        }
        propose(0, 100);
        int leader = leader();
        hosts.get(leader).halt();
        propose(100, 200);
        restart(leader);
        propose(200, 300);
        for (Host host : hosts) {
            host.stop();
        }
        for (int i = 0; i < 3; i++) {
            restart(i);
        }
        propose(300, 301);
        List<String> expected =
                IntStream.rangeClosed(0, 300).mapToObj(Integer::toString).toList();
        for (Host host : hosts) {
            List<String> state = state(host);
            while (!state.contains("300")) {
                state = state(host);
            }
            // a command whose answer was lost with its leader was proposed again, and may be there twice
            assertThat(state.stream().distinct()).containsExactlyElementsOf(expected);
        }
    }

    private Host open(int number, Address address) throws Exception {
        LevelDbStorage storage = LevelDbStorage.open(
                folder.resolve("node-" + number), new NodeIdentity("raft", "n" + number), failures::add);
        HostConfig config = HostConfig.server(address, RaftServiceGrpc.getServiceDescriptor())
                .heardBy(new HostListener() {
                    @Override
                    public void failed(Address node, String during, Throwable cause) {
                        failures.add(node + " " + during + " " + cause);
                    }
                });
        return Host.open(config, storage);
    }

    private void restart(int number) throws Exception {
        Host host = open(number, group.members().get(number));
        hosts.set(number, host);
        host.start(report -> new Member(group)).get(20, SECONDS);
    }

    private void propose(int from, int to) throws Exception {
        int asked = 0;
        for (int i = from; i < to; i++) {
            while (ask(asked, "propose", Keys.ofText(Integer.toString(i))).equals(REFUSED)) {
                asked = (asked + 1) % hosts.size();
            }
        }
    }

    private int leader() throws Exception {
        for (int i = 0; i < hosts.size(); i++) {
            if (ask(i, "role", NOTHING).toStringUtf8().equals(Role.LEADER.name())) {
                return i;
            }
        }
        throw new AssertionError("there is no leader");
    }

    private static List<String> state(Host host) throws Exception {
        return List.of(
                host.submit("state", NOTHING).get(20, SECONDS).toStringUtf8().split(","));
    }

    /** Refused also if there is no answer in a while. */
    private ByteString ask(int number, String task, ByteString argument) throws Exception {
        return hosts.get(number)
                .submit(task, argument)
                .completeOnTimeout(REFUSED, 2, SECONDS)
                .exceptionally(e -> REFUSED)
                .get(20, SECONDS);
    }

    /** A Raft with a state machine that lists all commands. */
    private static final class Member implements Node {
        private final RaftConfig group;
        private final Map<Long, Reply<ByteString>> proposed = new HashMap<>();

        Member(RaftConfig group) {
            this.group = group;
        }

        @Override
        public void start(NodeContext context, Services services) {
            ListMachine machine = new ListMachine(context.storage());
            Raft raft = new RaftNodeFactory().create(group, machine, (term, role) -> proposed.clear());
            machine.onApplied = index ->
                    Optional.ofNullable(proposed.remove(index)).ifPresent(reply -> reply.send(Keys.ofLong(index)));
            services.handleTask("propose", (command, reply) -> {
                // with a group of one the command would be applied within propose; here it never is
                if (raft.propose(command) instanceof Proposal.Accepted accepted) {
                    proposed.put(accepted.index(), reply);
                } else {
                    reply.send(REFUSED);
                }
            });
            services.handleTask(
                    "role",
                    (none, reply) -> reply.send(Keys.ofText(raft.status().role().name())));
            services.handleTask("state", (none, reply) -> reply.send(Keys.ofText(machine.commands())));
            raft.start(context, services);
        }
    }

    private static final class ListMachine implements StateMachine {
        private static final ByteString APPLIED_INDEX = Keys.ofText("appliedIndex");
        private static final ByteString COMMAND = Keys.ofText("command/");

        private final Storage storage;
        private LongConsumer onApplied = index -> {};

        ListMachine(Storage storage) {
            this.storage = storage;
        }

        @Override
        public long appliedIndex() {
            return storage.get(KEYSPACE, APPLIED_INDEX)
                    .map(bytes -> Keys.toLong(bytes, 0))
                    .orElse(0L);
        }

        @Override
        public void apply(long index, ByteString command) {
            WriteBatch.Builder batch = WriteBatch.builder().put(KEYSPACE, APPLIED_INDEX, Keys.ofLong(index));
            if (!command.isEmpty()) {
                batch.put(KEYSPACE, COMMAND.concat(Keys.ofLong(index)), command);
            }
            storage.write(Durability.RELAXED, batch.build());
            onApplied.accept(index);
        }

        @Override
        public Snapshot snapshot() {
            return new Snapshot(appliedIndex(), storage.view());
        }

        @Override
        public void install(long lastIncludedIndex, String keyspace) {
            storage.write(
                    Durability.RELAXED,
                    WriteBatch.builder().replace(KEYSPACE, keyspace).build());
        }

        String commands() {
            List<String> commands = new ArrayList<>();
            try (Cursor records = storage.scan(KEYSPACE, COMMAND, ByteString.EMPTY)) {
                records.forEachRemaining(record -> commands.add(record.value().toStringUtf8()));
            }
            return commands.stream().collect(Collectors.joining(","));
        }
    }
}
