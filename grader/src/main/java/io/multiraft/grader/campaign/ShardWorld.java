// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.kv.StateOracle;
import io.multiraft.grader.check.raft.RaftWatch;
import io.multiraft.grader.check.shard.BucketOracle;
import io.multiraft.grader.check.shard.KnownConfigs;
import io.multiraft.grader.check.shard.PartSizeOracle;
import io.multiraft.grader.check.shard.ShardPredicates;
import io.multiraft.grader.harness.ConfigHarness;
import io.multiraft.grader.harness.KeyBook;
import io.multiraft.grader.harness.KvClientHarness;
import io.multiraft.grader.harness.ShardHarness;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.PartObserver;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.BucketState;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import io.multiraft.shard.rpc.StatusReply;
import io.multiraft.shard.rpc.StatusRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The whole sharded system in one simulation, watched by all oracles: config servers {@code cfg1}, {@code cfg2}, …; groups with
 * servers {@code g1-1}, {@code g1-2}, …; and {@code admin}, who gives orders to the config servers.
 *
 * <p>Faults may name a group's servers {@code g1}, those of them that lead and that do not {@code g1-leader} and
 * {@code g1-followers}; the same with {@code config}; and {@code groups} for the servers of all groups.
 */
public final class ShardWorld {
    private static final Address ADMIN = new Address("admin");

    /**
     * Some servers with a Raft of their own.
     *
     * @param name that they have in common
     * @param watch over their Raft
     */
    public record Group(String name, List<Address> servers, RaftWatch watch) {

        /** Who leads, as far as anybody can know; the leader of a group of one is not heard of. */
        public Optional<Address> leader() {
            return servers.size() == 1 ? Optional.of(servers.get(0)) : watch.leader();
        }
    }

    /**
     * How large a world is.
     *
     * @param configServers number of config servers
     * @param gids of all groups; nobody joins by itself
     * @param groupSize number of servers of each
     */
    public record Size(int configServers, List<Long> gids, int groupSize, int nBuckets) {}

    private final Simulation simulation;
    private final Implementations implementations;
    private final Size size;
    private final ShardOptions options;
    private final Group config;
    private final Map<Long, Group> groups = new TreeMap<>();
    private final Map<Address, Long> gids = new HashMap<>();
    private final KnownConfigs configs = new KnownConfigs();
    private final KeyBook keys;
    private final BucketOracle buckets;
    private final ShardPredicates predicates;
    private ScriptedPeer asker;
    private final Map<Address, StatusReply> statuses = new HashMap<>();

    /** A world in which nobody has booted yet. */
    public ShardWorld(Simulation simulation, Implementations implementations, Size size, ShardOptions options) {
        this.simulation = simulation;
        this.implementations = implementations;
        this.size = size;
        this.options = options;
        this.keys = new KeyBook(size.nBuckets());
        simulation.addObserver(configs);
        this.config = group("config", "cfg", size.configServers());
        for (long gid : size.gids()) {
            Group group = group("g" + gid, "g" + gid + "-", size.groupSize());
            groups.put(gid, group);
            group.servers().forEach(server -> gids.put(server, gid));
        }
        buckets = new BucketOracle(configs, keys, this::gidOf);
        predicates = new ShardPredicates(simulation, gids::containsKey);
        simulation.addObserver(buckets);
        simulation.addObserver(new PartSizeOracle(options.chunkBytes()));
        simulation.addObserver(predicates);
        simulation.faults().defineRole("groups", gids::keySet);
        simulation.faults().defineRole("leader", this::leaders);
    }

    private Group group(String name, String prefix, int number) {
        List<Address> servers = IntStream.rangeClosed(1, number)
                .mapToObj(each -> new Address(prefix + each))
                .toList();
        RaftWatch watch = new RaftWatch(simulation, number, false);
        Group group = new Group(name, servers, watch);
        simulation.addObserver(new PartObserver(servers, watch));
        simulation.addObserver(new PartObserver(servers, new StateOracle()));
        simulation.faults().defineRole(name, () -> servers);
        simulation
                .faults()
                .defineRole(name + "-leader", () -> group.leader().map(List::of).orElse(List.of()));
        simulation
                .faults()
                .defineRole(
                        name + "-followers",
                        () -> servers.stream()
                                .filter(server -> group.leader().isPresent()
                                        && !group.leader().get().equals(server))
                                .toList());
        return group;
    }

    private Collection<Address> leaders() {
        return groups.values().stream()
                .flatMap(group -> group.leader().stream())
                .toList();
    }

    /** Boots config servers and {@code admin}. */
    public void bootConfigServers() {
        config.servers()
                .forEach(server -> simulation.addNode(
                        server,
                        ConfigHarness.boot(
                                implementations, config.servers(), ServiceOptions.DEFAULT, size.nBuckets())));
        simulation.addNode(ADMIN, ConfigHarness.client(config.servers(), ConfigClientOptions.DEFAULT));
        asker = simulation.addScripted(new Address("status"));
    }

    /** Boots the servers of all groups. */
    public void bootGroups() {
        groups.forEach((gid, group) -> group.servers()
                .forEach(server -> simulation.addNode(
                        server,
                        ShardHarness.server(implementations, gid, group.servers(), config.servers(), options, keys))));
    }

    /** Adds a client under test. */
    public KvCaller addClient(Address address, KvClientOptions itsOptions) {
        simulation.addNode(address, ShardHarness.client(implementations, config.servers(), itsOptions));
        return (command, onResult) -> simulation.submit(
                address,
                KvClientHarness.EXECUTE,
                command.toByteString(),
                result -> onResult.accept(KvClientHarness.result(result)));
    }

    // ---- who is there ---------------------------------------------------------------------------------------------

    /** The simulation. */
    public Simulation simulation() {
        return simulation;
    }

    /** The config servers. */
    public Group config() {
        return config;
    }

    /** The groups by gid. */
    public Map<Long, Group> groups() {
        return groups;
    }

    /** The group that {@code server} belongs to. */
    public Optional<Long> gidOf(Address server) {
        return Optional.ofNullable(gids.get(server));
    }

    /** Number of buckets. */
    public int nBuckets() {
        return size.nBuckets();
    }

    /** Which bucket a key belongs to. */
    public KeyBook keys() {
        return keys;
    }

    /** The configurations that anybody can know of. */
    public KnownConfigs configs() {
        return configs;
    }

    /** What became of the buckets. */
    public BucketOracle buckets() {
        return buckets;
    }

    /** Number of parts of buckets that have arrived at their next owner. */
    public long parts() {
        return predicates.parts();
    }

    /** The servers of some groups, as in a Join. */
    public Map<Long, List<Address>> addresses(Collection<Long> some) {
        Map<Long, List<Address>> addresses = new TreeMap<>();
        some.forEach(gid -> addresses.put(gid, groups.get(gid).servers()));
        return addresses;
    }

    // ---- orders -----------------------------------------------------------------------------------------------------

    /** Gives the config servers an order. */
    public void order(ConfigCommand command, Consumer<ConfigResult> onResult) {
        simulation.submit(
                ADMIN,
                ConfigHarness.EXECUTE,
                command.toByteString(),
                result -> onResult.accept(ConfigHarness.result(result)));
    }

    /** Gives an order, waits until it is carried out, and returns the result of it. */
    public ConfigResult await(ConfigCommand command) {
        List<ConfigResult> results = new ArrayList<>();
        order(command, results::add);
        simulation.runUntil(simulation.nowMicros() + 11_000_000, () -> !results.isEmpty());
        if (results.isEmpty() || results.get(0) instanceof ConfigResult.GaveUp) {
            throw new Violation(
                    Property.LIVENESS,
                    "The config servers do not answer within 10 s: "
                            + (results.isEmpty() ? "no result" : results.get(0)) + ".");
        }
        return results.get(0);
    }

    // ---- what servers say of themselves ---------------------------------------------------------------------------

    /** Asks all servers of all groups for their status, and lets the time pass that answers need. */
    public void askStatus() {
        statuses.clear();
        Map<Address, ScriptedPeer.Call> calls = new HashMap<>();
        gids.keySet()
                .forEach(server -> calls.put(
                        server,
                        asker.send(server, ShardKvServiceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance())));
        simulation.runUntil(simulation.nowMicros() + 30_000);
        calls.forEach(
                (server, call) -> call.reply(StatusReply.parser()).ifPresent(reply -> statuses.put(server, reply)));
        asker.forget();
    }

    /** What {@code server} said when it was asked last. */
    public Optional<StatusReply> status(Address server) {
        return Optional.ofNullable(statuses.get(server));
    }

    /** What the member of a group said that is ahead of the others. */
    public Optional<StatusReply> status(long gid) {
        return groups.get(gid).servers().stream()
                .flatMap(server -> status(server).stream())
                .max((left, right) -> Long.compare(rank(left), rank(right)));
    }

    private static long rank(StatusReply status) {
        return status.getConfigVersion() * 100_000
                + status.getBucketsList().stream()
                        .filter(bucket -> bucket.getStatus() == BucketStatus.SERVING)
                        .count();
    }

    /** Whether a group said that it serves {@code bucket}. */
    public boolean isServed(long gid, int bucket) {
        return status(gid).stream()
                .flatMap(status -> status.getBucketsList().stream())
                .anyMatch(each -> each.getBucket() == bucket && each.getStatus() == BucketStatus.SERVING);
    }

    /** Whether every owner by the newest configuration said that it goes by it and serves all its buckets. */
    public boolean isSettled() {
        Optional<Config> latest = configs.latest();
        if (latest.isEmpty()) {
            return false;
        }
        return groups.keySet().stream()
                .filter(gid -> latest.get().groups().containsKey(gid))
                .allMatch(gid -> isSettled(gid, latest.get()));
    }

    /** Whether group {@code gid} said that it goes by {@code config} and serves all its buckets. */
    public boolean isSettled(long gid, Config config) {
        return status(gid).map(StatusReply::getConfigVersion).orElse(0L) >= config.version()
                && IntStream.range(0, size.nBuckets())
                        .filter(bucket -> config.buckets().get(bucket) == gid)
                        .allMatch(bucket -> isServed(gid, bucket));
    }

    /** How far everything has come: grows as long as migration goes on. */
    public long progress() {
        return parts()
                + groups.keySet().stream()
                        .mapToLong(gid -> status(gid)
                                .map(status -> status.getConfigVersion()
                                        + status.getBucketsList().stream()
                                                .filter(bucket -> bucket.getStatus() == BucketStatus.SERVING)
                                                .count())
                                .orElse(0L))
                        .sum();
    }

    /**
     * What hinders the groups from serving what they own, as far as they said themselves: somebody waits for a bucket that its
     * former owner does not keep any more, or just waits.
     *
     * @param complaint what does not happen, in a sentence
     */
    public Violation stuck(String complaint) {
        Optional<String> lost = groups.keySet().stream()
                .flatMap(gid -> status(gid).stream())
                .flatMap(status -> status.getBucketsList().stream()
                        .filter(bucket -> bucket.getStatus() == BucketStatus.PULLING && isKeptNowhere(bucket))
                        .map(bucket -> "Group " + status.getGid() + " waits for bucket " + bucket.getBucket()
                                + " as group " + bucket.getFromGid() + " lost it with version "
                                + bucket.getFromVersion() + ", and no server there keeps it any more. "))
                .findFirst();
        return lost.isPresent()
                ? new Violation(Property.HANDOVER, Property.LIVENESS, lost.get() + complaint + " " + picture())
                : new Violation(Property.LIVENESS, complaint + " " + picture());
    }

    /** All servers of the former owner have come to the version of the handover, and none has what was handed over. */
    private boolean isKeptNowhere(BucketState wanted) {
        Group source = groups.get(wanted.getFromGid());
        return source != null
                && source.servers().stream()
                        .allMatch(server -> status(server)
                                .filter(status -> status.getConfigVersion() >= wanted.getFromVersion()
                                        && status.getBucketsList().stream()
                                                .noneMatch(each -> each.getBucket() == wanted.getBucket()
                                                        && each.getKeptVersion() == wanted.getFromVersion()))
                                .isPresent());
    }

    /** What the groups said of themselves, for people. */
    public String picture() {
        StringBuilder picture = new StringBuilder("The newest configuration is version ")
                .append(configs.latestVersion())
                .append('.');
        groups.forEach((gid, group) -> {
            picture.append(" Group ").append(gid).append(": ");
            picture.append(status(gid).map(ShardWorld::told).orElse("no member answers"));
            picture.append(
                    group.leader().map(leader -> ", " + leader + " leads").orElse(", nobody leads"));
            picture.append('.');
        });
        return picture.toString();
    }

    private static String told(StatusReply status) {
        StringBuilder told = new StringBuilder("goes by version ").append(status.getConfigVersion());
        for (BucketState bucket : status.getBucketsList()) {
            if (bucket.getStatus() == BucketStatus.PULLING) {
                told.append(", waits for bucket ")
                        .append(bucket.getBucket())
                        .append(" of group ")
                        .append(bucket.getFromGid())
                        .append(" (handover of version ")
                        .append(bucket.getFromVersion())
                        .append(bucket.getNote().isEmpty() ? ")" : "; " + bucket.getNote() + ")");
            }
        }
        return told.toString();
    }
}
