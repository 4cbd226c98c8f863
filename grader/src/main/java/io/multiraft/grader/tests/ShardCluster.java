// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.grader.campaign.ShardWireClient;
import io.multiraft.grader.campaign.ShardWorld;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.kv.KvRecord;
import io.multiraft.grader.check.shard.Leftovers;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.ShardRequest;
import io.multiraft.shard.rpc.StatusReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The whole sharded system that a scenario drives by hand: config servers, groups, and clients of two kinds, the one under
 * test and the grader's own. All oracles watch it. What was written with {@link #fill} and {@link #write} must be found by
 * {@link #expectEverything}, wherever the buckets are by then.
 */
public final class ShardCluster {
    /** All owners must have come to the newest configuration, and serve, after this time. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration PROBE = Duration.ofMillis(50);

    /** Former owners must have forgotten what they handed over after this time. */
    private static final Duration GARBAGE = Duration.ofSeconds(20);

    private final Simulation simulation;
    private final ShardWorld world;
    private final SimRandom luck;
    private final Map<Long, ShardGroup> groups = new TreeMap<>();
    private final ShardGroup config;
    private final KvRecord record = new KvRecord();
    private final Leftovers leftovers;
    private final Map<String, String> written = new TreeMap<>();
    private final List<Message> requests = new ArrayList<>();
    private int clients;
    private int marks;

    ShardCluster(Implementations implementations, long seed, ShardWorld.Size size, ShardOptions options) {
        simulation = new Simulation(seed, NetworkModel.RELIABLE, DiskModel.FAST);
        luck = SimRandom.of(seed, 0x53434E);
        world = new ShardWorld(simulation, implementations, size, options);
        leftovers = new Leftovers(world.configs());
        config = new ShardGroup(simulation, world.config(), luck);
        world.groups().forEach((gid, group) -> groups.put(gid, new ShardGroup(simulation, group, luck)));
        simulation.addObserver(new Observer() {
            @Override
            public void onSend(Message message) {
                if (!message.isReply() && !message.methodName().equals("AppendEntries")) {
                    requests.add(message);
                }
            }
        });
    }

    void boot() {
        world.bootConfigServers();
        world.bootGroups();
    }

    Simulation simulation() {
        return simulation;
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /** Lets {@code millis} of virtual time pass. */
    public void runMillis(long millis) {
        simulation.runUntil(simulation.nowMicros() + millis * 1_000);
    }

    /** Lets virtual time pass until {@code reached}, at most {@code limit}; says whether it was reached. */
    public boolean await(Duration limit, BooleanSupplier reached) {
        return simulation.runUntil(simulation.nowMicros() + limit.toNanos() / 1_000, reached);
    }

    /** Virtual time since the beginning. */
    public Duration now() {
        return Duration.ofNanos(simulation.nowMicros() * 1_000);
    }

    /** Randomness that belongs to the scenario. */
    public SimRandom luck() {
        return luck;
    }

    // ---- who is there ---------------------------------------------------------------------------------------------

    /** The config servers. */
    public ShardGroup config() {
        return config;
    }

    /** A group. */
    public ShardGroup group(long gid) {
        return groups.get(gid);
    }

    /** The gids of all groups, ascending. */
    public List<Long> gids() {
        return List.copyOf(groups.keySet());
    }

    /** The newest configuration. */
    public Config latest() {
        return world.configs().latest().orElseThrow();
    }

    /** The buckets of a group by the newest configuration. */
    public List<Integer> bucketsOf(long gid) {
        return IntStream.range(0, world.nBuckets())
                .filter(bucket -> world.configs().ownerOf(bucket) == gid)
                .boxed()
                .toList();
    }

    /** Who owns a bucket by the newest configuration. */
    public long ownerOf(int bucket) {
        return world.configs().ownerOf(bucket);
    }

    // ---- orders to the config servers -------------------------------------------------------------------------------

    /** Groups join, all in one version, and the buckets are spread. */
    public void join(long... gids) {
        order(ConfigCommands.join(world.addresses(boxed(gids))));
    }

    /** Groups join, and no bucket moves. */
    public void joinWithoutRebalance(long... gids) {
        order(ConfigCommands.joinWithoutRebalance(world.addresses(boxed(gids))));
    }

    /** Groups leave, all in one version. */
    public void leave(long... gids) {
        order(ConfigCommands.leave(boxed(gids)));
    }

    /** A bucket moves. */
    public void move(int bucket, long gid) {
        order(ConfigCommands.move(bucket, gid));
    }

    private static List<Long> boxed(long... gids) {
        return LongStream.of(gids).boxed().toList();
    }

    /** Gives an order without waiting for it to be carried out. */
    public void begin(ConfigCommand command) {
        world.order(command, result -> world.order(ConfigCommands.query(ConfigCommands.LATEST), found -> {}));
    }

    private void order(ConfigCommand command) {
        ConfigResult result = world.await(command);
        expect(
                result instanceof ConfigResult.Changed,
                Property.PROTOCOL,
                () -> "the order to the config servers makes sense, but the answer was " + result);
        world.await(ConfigCommands.query(ConfigCommands.LATEST));
    }

    // ---- clients ----------------------------------------------------------------------------------------------------

    /** A new client under test. */
    public StoreClient client() {
        return client(KvClientOptions.DEFAULT);
    }

    /** A new client under test. */
    public StoreClient client(KvClientOptions options) {
        Address address = new Address("c" + ++clients);
        return new StoreClient(this, record, clients, address, world.addClient(address, options));
    }

    /** A new client of the grader, which sends a command until it is answered, also to servers that it is not for. */
    public StoreClient wireClient() {
        Address address = new Address("c" + ++clients);
        return new StoreClient(this, record, clients, address, new ShardWireClient(world, address, luck.nextLong(), 0));
    }

    /** A client of the grader that says itself what it sends to whom; not part of the history. */
    public ShardWireClient wire(long clientId) {
        return new ShardWireClient(world, new Address("c" + ++clients), clientId, 0);
    }

    /** Sends {@code request} and waits for the answer, at most 3 s; empty: none came. */
    public Optional<KvReply> ask(ShardWireClient client, Address server, ShardRequest request) {
        List<KvReply> replies = new ArrayList<>();
        client.send(server, request, replies::add);
        await(Duration.ofSeconds(3), () -> !replies.isEmpty());
        return replies.stream().findFirst();
    }

    /** The server of a group that leads, after waiting for it. */
    public Address leader(long gid) {
        return groups.get(gid)
                .server(groups.get(gid).size() == 1 ? 1 : groups.get(gid).awaitLeader());
    }

    /** A command. */
    public static KvCommand command(Operation operation, String key, String value) {
        return KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(key(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    static ByteString key(String key) {
        return ByteString.copyFromUtf8(key);
    }

    /** The bucket of a key. */
    public int bucketOf(ByteString key) {
        return world.keys().bucketOf(key);
    }

    /** Keys of {@code bucket}, without end: {@code k17}, … */
    public Stream<String> keysOf(int bucket) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "k" + number)
                .filter(key -> bucketOf(key(key)) == bucket);
    }

    /** The first of {@link #keysOf}. */
    public String keyOf(int bucket) {
        return keysOf(bucket).findFirst().orElseThrow();
    }

    // ---- content ----------------------------------------------------------------------------------------------------

    /** A value that nobody else writes. */
    public String newValue(String key) {
        String mark = "p0." + ++marks + ";";
        leftovers.mark(mark, key(key), bucketOf(key(key)));
        return mark;
    }

    /** Stores a new value, {@code padding} bytes longer than it need be. */
    public void write(StoreClient client, String key, int padding) {
        String value = newValue(key) + "-".repeat(padding);
        client.put(key, value);
        written.put(key, value);
    }

    /** Appends something new to a value. */
    public void append(StoreClient client, String key) {
        String value = newValue(key);
        client.append(key, value);
        written.merge(key, value, String::concat);
    }

    /** Notes that {@code value} was appended to a value. */
    public void appended(String key, String value) {
        written.merge(key, value, String::concat);
    }

    /** Stores a new value in each bucket. */
    public void fill(StoreClient client) {
        IntStream.range(0, world.nBuckets()).forEach(bucket -> write(client, keyOf(bucket), 0));
    }

    /** Appends to a value in each bucket. */
    public void appendToAll(StoreClient client) {
        IntStream.range(0, world.nBuckets()).forEach(bucket -> append(client, keyOf(bucket)));
    }

    /** Demands that everything that was written is there; and that the whole history is linearizable. */
    public void expectEverything(StoreClient client, String why) {
        Property property = latest().version() > 1 ? Property.HANDOVER : Property.LINEARIZABILITY;
        written.forEach((key, value) -> client.expectValue(key, value, property, why));
        record.isLinearizable();
    }

    /** The group in which {@code value} was written to {@code key}, if it was. */
    public Optional<Long> groupThatWrote(String key, String value) {
        return world.buckets().groupThatWrote(key(key), ByteString.copyFromUtf8(value));
    }

    /** How often a bucket was written in another group than before. */
    public long handovers() {
        return world.buckets().handovers();
    }

    /** Number of parts of buckets that have arrived at their next owner. */
    public long parts() {
        return world.parts();
    }

    // ---- how far groups are -----------------------------------------------------------------------------------------

    /** Waits until all owners by the newest configuration serve their buckets; {@code why} nothing is in the way. */
    public void settle(String why) {
        if (!isSettledWithin(PATIENCE)) {
            throw world.stuck("Expected: all groups come to the newest configuration and serve what they own within "
                    + PATIENCE.toSeconds() + " s, because " + why + ".");
        }
    }

    /** The same if nothing is broken. */
    public void settle() {
        settle("all servers run and reach each other");
    }

    /** Whether all owners serve their buckets before {@code limit} is over. */
    public boolean isSettledWithin(Duration limit) {
        return awaitStatus(limit, world::isSettled);
    }

    /** Waits until some member of a group says that it goes by {@code version}; says whether it does. */
    public boolean awaitVersion(long gid, long version, Duration limit) {
        return awaitStatus(
                limit,
                () -> world.status(gid).map(StatusReply::getConfigVersion).orElse(0L) >= version);
    }

    private boolean awaitStatus(Duration limit, BooleanSupplier reached) {
        long deadline = simulation.nowMicros() + limit.toNanos() / 1_000;
        while (true) {
            world.askStatus();
            if (reached.getAsBoolean()) {
                return true;
            } else if (simulation.nowMicros() >= deadline) {
                return false;
            }
            simulation.runUntil(simulation.nowMicros() + PROBE.toNanos() / 1_000);
        }
    }

    /** How far all groups are, for people. */
    public String picture() {
        world.askStatus();
        return world.picture();
    }

    // ---- what is left behind ----------------------------------------------------------------------------------------

    /** Waits until no group stores anything of buckets that it does not own. */
    public void expectNothingLeftBehind(String why) {
        long deadline = simulation.nowMicros() + GARBAGE.toNanos() / 1_000;
        while (leftover().isPresent() && simulation.nowMicros() < deadline) {
            runMillis(PROBE.toMillis());
        }
        Optional<String> leftover = leftover();
        expect(
                leftover.isEmpty(),
                Property.SIZE_BUDGET,
                () -> "whoever has handed over a bucket forgets it within " + GARBAGE.toSeconds() + " s, because " + why
                        + ", but " + leftover.orElse(""));
    }

    private Optional<String> leftover() {
        return leftovers.find(
                groups.keySet(),
                gid -> groups.get(gid).members.stream().map(simulation::node).toList());
    }

    /** Bytes that all groups store in the {@code data} keyspace. */
    public long dataBytes() {
        return groups.values().stream().mapToLong(ShardGroup::dataBytes).sum();
    }

    // ---- faults -----------------------------------------------------------------------------------------------------

    /** Lets a fault come, its time counted from now; groups are named by their roles in {@link ShardWorld}. */
    public void add(Fault fault) {
        simulation.faults().add(fault);
    }

    /** A role of group {@code gid} in faults: {@code g1}. */
    public static String role(long gid) {
        return "g" + gid;
    }

    /** Cuts a group off from the config servers. */
    public void cutFromConfig(long gid) {
        cut(groups.get(gid).members, config.members);
    }

    /** Undoes {@link #cutFromConfig}. */
    public void mendConfig(long gid) {
        mend(groups.get(gid).members, config.members);
    }

    /** Cuts two groups off from each other. */
    public void cutGroups(long one, long other) {
        cut(groups.get(one).members, groups.get(other).members);
    }

    /** Undoes {@link #cutGroups}. */
    public void mendGroups(long one, long other) {
        mend(groups.get(one).members, groups.get(other).members);
    }

    /** What a group says does not reach a client. */
    public void silence(long gid, StoreClient client) {
        groups.get(gid).members.forEach(member -> simulation.cut(member, client.address()));
    }

    private void cut(Collection<Address> one, Collection<Address> other) {
        one.forEach(left -> other.forEach(right -> {
            simulation.cut(left, right);
            simulation.cut(right, left);
        }));
    }

    private void mend(Collection<Address> one, Collection<Address> other) {
        one.forEach(left -> other.forEach(right -> {
            simulation.mend(left, right);
            simulation.mend(right, left);
        }));
    }

    /** The network works again; nodes that are down stay down. */
    public void healNetwork() {
        groups.values().forEach(ServerGroup::healNetwork);
    }

    // ---- judging ----------------------------------------------------------------------------------------------------

    /** Number of requests that fit, AppendEntries apart. */
    public long requests(Predicate<Message> fitting) {
        return requests.stream().filter(fitting).count();
    }

    /** The requests so far that fit. */
    public List<Message> requestsThat(Predicate<Message> fit) {
        return requests.stream().filter(fit).toList();
    }

    /** Demands that something holds; {@code expectation} says what, and why, as a clause. */
    public void expect(boolean holds, Property property, Supplier<String> expectation) {
        if (!holds) {
            String facts = expectation.get();
            throw new Violation(property, "Expected: " + facts + (facts.endsWith(".") ? "" : "."));
        }
    }
}
