// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.kv.KvRecord;
import io.multiraft.grader.check.kv.StateOracle;
import io.multiraft.grader.check.raft.RaftWatch;
import io.multiraft.grader.harness.KvClientHarness;
import io.multiraft.grader.harness.KvHarness;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.raft.RaftOptions;
import io.multiraft.service.ServiceOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * One run of a key-value store under a schedule: clients ask while faults happen; then everything is mended, all that is
 * under way must come to its end, nothing may be lost, and the whole history must be linearizable.
 */
public final class KvRun {

    /** Workload: number of clients. */
    public static final String CLIENTS = "clients";

    /** Workload: how many of them, at most, are the grader's own. */
    public static final String WIRE_CLIENTS = "wireClients";

    /** Workload: average time between an answer and the next command of a client. */
    public static final String THINK = "thinkMicros";

    /** Workload: how many of 1,000 commands are reads. */
    public static final String READ_PERMILLE = "readPermille";

    /** Workload: bytes of commands between two compactions. */
    public static final String COMPACT_BYTES = "compactAfterBytes";

    /** Workload: 1 if the grader's own clients repeat commands. */
    public static final String INSISTENT = "insistent";

    /** Workload: length of values at least. */
    public static final String VALUE_BYTES = "valueBytes";

    /** Without any progress for so long after everything is mended, a run has failed. */
    private static final long PATIENCE_MICROS = 10_000_000;

    private static final long PROBE_EVERY_MICROS = 100_000;

    private final Schedule schedule;
    private final Implementations implementations;
    private final Simulation simulation;
    private final RaftWatch watch;
    private final KvRecord record = new KvRecord();
    private final List<Address> servers;
    private final List<Client> clients = new ArrayList<>();

    /** A run that has not begun. */
    public KvRun(Schedule schedule, Implementations implementations) {
        this.schedule = schedule;
        this.implementations = implementations;
        this.simulation = new Simulation(schedule.seed(), schedule.network(), schedule.disk());
        this.servers = IntStream.rangeClosed(1, schedule.nodes())
                .mapToObj(RaftHarness::address)
                .toList();
        this.watch = new RaftWatch(simulation, servers.size(), schedule.workload(RaftRun.RESTARTS_JUDGED) != 0);
        simulation.addObserver(watch);
        simulation.addObserver(new StateOracle());
    }

    /** The world of this run. */
    public Simulation simulation() {
        return simulation;
    }

    /** Plays to the end; throws at the first violation. */
    public void play() {
        RaftOptions raft = RaftOptions.DEFAULT
                .withHeartbeatInterval(Duration.ofMillis(schedule.workload(RaftRun.HEARTBEAT_MILLIS)))
                .withMaxPayloadBytes((int) schedule.workload(RaftRun.PAYLOAD_BYTES));
        ServiceOptions options =
                ServiceOptions.DEFAULT.withRaft(raft).withCompactAfterBytes(schedule.workload(COMPACT_BYTES));
        for (Address server : servers) {
            simulation.addNode(server, KvHarness.boot(implementations, servers, options, KvLimits.DEFAULT));
        }
        for (int number = 1; number <= schedule.workload(CLIENTS); number++) {
            clients.add(new Client(number));
        }
        simulation
                .faults()
                .defineRole(
                        KvFaultKinds.CLIENTS,
                        () -> clients.stream().map(Client::address).toList());
        simulation
                .faults()
                .defineRole(
                        KvFaultKinds.FOLLOWERS,
                        () -> servers.stream()
                                .filter(server -> watch.leader().isPresent()
                                        && !watch.leader().get().equals(server))
                                .toList());
        simulation.faults().plan(schedule);
        clients.forEach(Client::think);
        simulation.runUntil(schedule.faultMicros());
        converge();
        record.isLinearizable();
    }

    // ---- clients --------------------------------------------------------------------------------------------------

    private final class Client {
        private final int number;
        private final Address address;
        private final KvCaller caller;
        private final SimRandom luck;
        private long tokens;
        private boolean busy;
        private boolean succeeded;

        Client(int number) {
            this.number = number;
            this.address = new Address("c" + number);
            this.luck = SimRandom.of(schedule.seed(), 0x434C4945, number);
            this.caller = number <= schedule.workload(WIRE_CLIENTS) ? wireClient() : clientUnderTest();
        }

        Address address() {
            return address;
        }

        private KvCaller wireClient() {
            // ids that are the same in their lower half, and negative ones
            long id = luck.chance(500) ? (((long) number) << 32) + 7 : -number;
            boolean insistent = schedule.workload(INSISTENT) != 0;
            return new WireClient(simulation, address, servers, watch::leader, id, insistent, 200);
        }

        private KvCaller clientUnderTest() {
            KvClientOptions options = KvClientOptions.DEFAULT;
            simulation.addNode(address, KvClientHarness.boot(implementations.kvClient(), servers, options));
            return (command, onResult) -> simulation.submit(
                    address,
                    KvClientHarness.EXECUTE,
                    command.toByteString(),
                    result -> onResult.accept(KvClientHarness.result(result)));
        }

        void think() {
            simulation.after(luck.nextLong(schedule.workload(THINK) * 2), this::ask);
        }

        private void ask() {
            if (simulation.nowMicros() < schedule.faultMicros()) {
                ask(nextCommand(), this::think);
            }
        }

        void ask(KvCommand command, Runnable andThen) {
            int operation = record.called(number, command, simulation.nowMicros());
            busy = true;
            caller.execute(command, result -> {
                busy = false;
                succeeded = !(result instanceof KvResult.GaveUp);
                record.returned(operation, result, simulation.nowMicros());
                andThen.run();
            });
        }

        private KvCommand nextCommand() {
            boolean tokenKey = luck.chance(600);
            String key = tokenKey ? KvRecord.TOKENS + luck.nextInt(2) : mixedKey();
            if (luck.chance((int) schedule.workload(READ_PERMILLE))) {
                return command(Operation.GET, key, "");
            } else if (tokenKey) {
                return command(Operation.APPEND, key, KvRecord.token(number, ++tokens));
            }
            return switch (luck.nextInt(4)) {
                case 0 -> command(Operation.APPEND, key, "x");
                case 1 -> command(Operation.DELETE, key, "");
                default -> command(Operation.PUT, key, padded("p" + number + "." + ++tokens));
            };
        }

        private String mixedKey() {
            List<String> keys = KvHarness.KEYS;
            return keys.get(2 + luck.nextInt(keys.size() - 2));
        }

        private String padded(String value) {
            return value + " ".repeat((int) schedule.workload(VALUE_BYTES));
        }
    }

    private static KvCommand command(Operation operation, String key, String value) {
        return KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    // ---- after the faults -----------------------------------------------------------------------------------------

    private void converge() {
        awaitProgress(
                "a command of a client is not answered", () -> clients.stream().noneMatch(client -> client.busy));
        for (String key : KvHarness.KEYS) {
            Optional<String> value = finalValue(key);
            if (key.startsWith(KvRecord.TOKENS)) {
                record.nothingIsLost(key, value);
            }
        }
        awaitProgress(
                "a server does not apply what is committed",
                () -> servers.stream().allMatch(server -> watch.appliedBy(server) >= watch.committedIndex()));
    }

    private Optional<String> finalValue(String key) {
        Deque<Optional<String>> value = new ArrayDeque<>();
        Client client = clients.get(clients.size() - 1);
        long giveUpAt = simulation.nowMicros() + PATIENCE_MICROS;
        while (value.isEmpty()) {
            if (simulation.nowMicros() > giveUpAt) {
                throw new Violation(Property.LIVENESS, stuck("nobody answers a read"));
            }
            client.ask(command(Operation.GET, key, ""), () -> {
                if (client.succeeded) {
                    value.add(record.lastFound());
                }
            });
            simulation.runUntil(giveUpAt + PATIENCE_MICROS, () -> !client.busy);
            if (value.isEmpty()) {
                simulation.runUntil(simulation.nowMicros() + PROBE_EVERY_MICROS);
            }
        }
        return value.element();
    }

    private void awaitProgress(String complaint, BooleanSupplier reached) {
        long progressAt = simulation.nowMicros();
        long progress = -1;
        while (!reached.getAsBoolean()) {
            long now = watch.committedIndex()
                    + servers.stream().mapToLong(watch::appliedBy).sum();
            if (now > progress) {
                progress = now;
                progressAt = simulation.nowMicros();
            }
            if (simulation.nowMicros() - progressAt > PATIENCE_MICROS + 1_000_000) {
                throw new Violation(Property.LIVENESS, stuck(complaint));
            }
            simulation.runUntil(simulation.nowMicros() + PROBE_EVERY_MICROS);
        }
    }

    private String stuck(String complaint) {
        StringBuilder facts = new StringBuilder("Everything works since ")
                .append(TraceTime.seconds(schedule.faultMicros()))
                .append(", but ")
                .append(complaint)
                .append(": ")
                .append(watch.leader()
                        .map(leader -> leader + " leads term " + watch.leaderTerm())
                        .orElse("there is no leader"))
                .append(", committed up to index ")
                .append(watch.committedIndex())
                .append("; applied:");
        for (SimNode node : simulation.nodes()) {
            if (servers.contains(node.address())) {
                facts.append(' ').append(node).append('=').append(watch.appliedBy(node.address()));
            }
        }
        return facts.append('.').toString();
    }

    /** How often what a campaign wants to see was reached, by name. */
    public Map<String, Long> reached() {
        Map<String, Long> reached = new LinkedHashMap<>();
        reached.put("leaders", (long) watch.leadersSoFar());
        reached.put("operations", record.operations());
        reached.put("answered", record.answered());
        reached.put("faults", (long) simulation.faults().begun());
        reached.put("snapshots", (long) watch.snapshotsInstalled());
        return reached;
    }
}
