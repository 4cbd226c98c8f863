// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.kv.KvRecord;
import io.multiraft.grader.check.shard.Leftovers;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.raft.RaftOptions;
import io.multiraft.service.ServiceOptions;
import io.multiraft.shard.ShardOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A run of the sharded service: clients ask while faults happen and buckets move; then everything is mended, the configuration
 * stays, and all must come to its end: every owner has its buckets, nothing is lost, and the history is linearizable.
 */
public final class ShardRun {

    /** Workload: number of groups; a schedule's nodes are the servers of each. */
    public static final String GROUPS = "groups";

    /** Workload: what is added to small gids, so that they need not be small. */
    public static final String GID_BASE = "gidBase";

    /** Workload: number of buckets. */
    public static final String BUCKETS = "buckets";

    /** Workload: bytes of records in a part of a bucket. */
    public static final String CHUNK_BYTES = "chunkBytes";

    /** Workload: average time between two changes of the configuration; 0: it stays as it is. */
    public static final String CHANGE = "changeMicros";

    /** Workload: how many of 1,000 changes follow the one before at once. */
    public static final String STORM_PERMILLE = "stormPermille";

    /** Workload: 1 if former owners must have forgotten everything in the end. */
    public static final String GARBAGE = "garbage";

    private static final List<String> KEYS =
            List.of("a0", "a1", "a2", "a3", "a4", "a5", "m0", "m1", "m2", "m3", "AaAa", "BBBB", "");

    private static final int TOKEN_KEYS = 6;

    /** Without any progress for so long after everything is mended, a run has failed. */
    private static final long PATIENCE_MICROS = 12_000_000;

    /** Former owners must have forgotten everything so long after all owners have their buckets. */
    private static final long GARBAGE_MICROS = 30_000_000;

    /** However much goes on, it must be over by then. */
    private static final long LONGEST_MICROS = 120_000_000;

    private final Schedule schedule;
    private final Simulation simulation;
    private final ShardWorld world;
    private final KvRecord record = new KvRecord();
    private final Leftovers leftovers;
    private final List<Client> clients = new ArrayList<>();
    private final ShardChanges changes;

    /** A run that has not begun. */
    public ShardRun(Schedule schedule, Implementations implementations) {
        this.schedule = schedule;
        this.simulation = new Simulation(schedule.seed(), schedule.network(), schedule.disk());
        List<Long> gids = gids((int) schedule.workload(GROUPS), schedule.workload(GID_BASE));
        ShardWorld.Size size = new ShardWorld.Size(3, gids, schedule.nodes(), (int) schedule.workload(BUCKETS));
        this.world = new ShardWorld(simulation, implementations, size, options());
        this.leftovers = new Leftovers(world.configs());
        this.changes = new ShardChanges(schedule, world);
    }

    static List<Long> gids(int groups, long base) {
        return LongStream.rangeClosed(1, groups).map(gid -> base + gid).boxed().toList();
    }

    private ShardOptions options() {
        RaftOptions raft = RaftOptions.DEFAULT
                .withHeartbeatInterval(Duration.ofMillis(schedule.workload(RaftRun.HEARTBEAT_MILLIS)))
                .withMaxPayloadBytes((int) schedule.workload(RaftRun.PAYLOAD_BYTES));
        return ShardOptions.DEFAULT
                .withService(ServiceOptions.DEFAULT
                        .withRaft(raft)
                        .withCompactAfterBytes(schedule.workload(ServiceRun.COMPACT_BYTES)))
                .withChunkBytes((int) schedule.workload(CHUNK_BYTES));
    }

    /** The world of this run. */
    public Simulation simulation() {
        return simulation;
    }

    /** Plays to the end; throws at the first violation. */
    public void play() {
        world.bootConfigServers();
        changes.begin();
        world.bootGroups();
        for (int number = 1; number <= schedule.workload(ServiceRun.CLIENTS); number++) {
            clients.add(new Client(number, number <= schedule.workload(KvRun.WIRE_CLIENTS)));
        }
        simulation
                .faults()
                .defineRole(
                        KvFaultKinds.CLIENTS,
                        () -> clients.stream().map(client -> client.address).toList());
        simulation.faults().plan(schedule);
        clients.forEach(Client::think);
        changes.goOn();
        simulation.runUntil(schedule.faultMicros());
        awaitProgress("an order to the config servers is not carried out", changes::isIdle);
        changes.giveEveryBucketAnOwner();
        awaitProgress("a group does not come to serve its buckets", () -> {
            world.askStatus();
            return world.isSettled();
        });
        awaitProgress("a client is not answered", () -> clients.stream().noneMatch(client -> client.busy));
        judgeTheEnd();
    }

    private void awaitProgress(String complaint, BooleanSupplier reached) {
        long begin = simulation.nowMicros();
        long progressAt = begin;
        long progress = -1;
        while (!reached.getAsBoolean()) {
            world.askStatus();
            long now = world.progress() + record.answered();
            if (now > progress) {
                progress = now;
                progressAt = simulation.nowMicros();
            }
            long time = simulation.nowMicros();
            if (time - progressAt > PATIENCE_MICROS || time - begin > LONGEST_MICROS) {
                throw world.stuck("Everything works since " + TraceTime.seconds(schedule.faultMicros()) + ", but "
                        + complaint + ".");
            }
            simulation.runUntil(time + ServiceRun.PROBE_EVERY_MICROS);
        }
    }

    // ---- clients ----------------------------------------------------------------------------------------------------

    /** Who asks one command after the other as long as there are faults. */
    private final class Client {
        private final int number;
        private final Address address;
        private final SimRandom luck;
        private final KvCaller caller;
        private long tokens;
        private boolean busy;
        private KvResult last;

        Client(int number, boolean onTheWire) {
            this.number = number;
            this.address = new Address("c" + number);
            this.luck = SimRandom.of(schedule.seed(), 0x434C4945, number);
            this.caller = onTheWire ? wireClient() : world.addClient(address, KvClientOptions.DEFAULT);
        }

        private KvCaller wireClient() {
            // ids that are the same in their lower half, and negative ones
            long id = luck.chance(500) ? (((long) number) << 32) + 7 : -number;
            return new ShardWireClient(world, address, id, 200);
        }

        private void think() {
            simulation.after(luck.nextLong(schedule.workload(ServiceRun.THINK) * 2), () -> {
                if (simulation.nowMicros() < schedule.faultMicros()) {
                    ask(nextCommand(), this::think);
                }
            });
        }

        void ask(KvCommand command, Runnable answered) {
            busy = true;
            int operation = record.called(number, command, simulation.nowMicros());
            caller.execute(command, result -> {
                busy = false;
                last = result;
                record.returned(operation, result, simulation.nowMicros());
                answered.run();
            });
        }

        private KvCommand nextCommand() {
            boolean tokenKey = luck.chance(600);
            String key =
                    KEYS.get(tokenKey ? luck.nextInt(TOKEN_KEYS) : TOKEN_KEYS + luck.nextInt(KEYS.size() - TOKEN_KEYS));
            if (luck.chance((int) schedule.workload(KvRun.READ_PERMILLE))) {
                return command(Operation.GET, key, "");
            } else if (tokenKey || luck.chance(200)) {
                return marked(Operation.APPEND, key, KvRecord.token(number, ++tokens), "");
            } else if (luck.chance(200)) {
                return command(Operation.DELETE, key, "");
            }
            return marked(Operation.PUT, key, "p" + KvRecord.token(number, ++tokens), " ".repeat((int)
                            schedule.workload(KvRun.VALUE_BYTES)));
        }
    }

    private KvCommand marked(Operation operation, String key, String mark, String padding) {
        KvCommand command = command(operation, key, mark + padding);
        leftovers.mark(mark, command.getKey(), world.keys().bucketOf(command.getKey()));
        return command;
    }

    private static KvCommand command(Operation operation, String key, String value) {
        return KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    private void judgeTheEnd() {
        Client last = new Client(clients.size() + 1, true);
        for (int bucket = 0; bucket < world.nBuckets(); bucket++) {
            executed(last, marked(Operation.PUT, keyIn(bucket), "p0." + bucket + ";", ""));
        }
        for (String key : KEYS) {
            Optional<String> value = found(executed(last, command(Operation.GET, key, "")));
            if (key.startsWith(KvRecord.TOKENS)) {
                record.nothingIsLost(key, value);
            }
        }
        if (schedule.workload(GARBAGE) != 0) {
            nothingIsLeftBehind();
        }
        world.groups()
                .values()
                .forEach(group -> awaitProgress(
                        "a server of " + group.name() + " does not apply what is committed",
                        () -> group.servers().stream()
                                .allMatch(server -> group.watch().appliedBy(server)
                                        >= group.watch().committedIndex())));
        record.isLinearizable();
    }

    /** A key of {@code bucket} that only the end of a run uses. */
    private String keyIn(int bucket) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "e" + number)
                .filter(key -> world.keys().bucketOf(ByteString.copyFromUtf8(key)) == bucket)
                .findFirst()
                .orElseThrow();
    }

    private KvResult executed(Client client, KvCommand command) {
        client.ask(command, () -> {});
        awaitProgress(
                command.getOperation() + " of a key in bucket " + world.keys().bucketOf(command.getKey())
                        + " is not answered",
                () -> !client.busy);
        return client.last;
    }

    private static Optional<String> found(KvResult result) {
        return result instanceof KvResult.Found found
                ? Optional.of(found.value().toStringUtf8())
                : Optional.empty();
    }

    /** Deleting may take its time: groups that do not own anything any more must come to the newest configuration first. */
    private void nothingIsLeftBehind() {
        long limit = simulation.nowMicros() + GARBAGE_MICROS;
        Optional<String> found = findLeftover();
        while (found.isPresent()) {
            if (simulation.nowMicros() > limit) {
                throw new Violation(
                        Property.SIZE_BUDGET,
                        "Everything works since " + TraceTime.seconds(schedule.faultMicros())
                                + " and all owners have their buckets, but " + found.get());
            }
            simulation.runUntil(simulation.nowMicros() + 5 * ServiceRun.PROBE_EVERY_MICROS);
            found = findLeftover();
        }
    }

    private Optional<String> findLeftover() {
        return leftovers.find(
                world.groups().keySet(),
                gid -> world.groups().get(gid).servers().stream()
                        .map(simulation::node)
                        .toList());
    }

    /** How often what a campaign wants to see was reached, by name. */
    public Map<String, Long> reached() {
        Map<String, Long> reached = new LinkedHashMap<>();
        reached.put("faults", (long) simulation.faults().begun());
        reached.put(
                "leaders",
                world.groups().values().stream()
                        .mapToLong(group -> group.watch().leadersSoFar())
                        .sum());
        reached.put("operations", record.operations());
        reached.put("answered", record.answered());
        reached.put("versions", world.configs().latestVersion());
        reached.put("handovers", world.buckets().handovers());
        reached.put("parts", world.parts());
        return reached;
    }
}
