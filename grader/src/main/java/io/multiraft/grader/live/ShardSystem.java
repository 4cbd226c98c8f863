// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.RetryingConfigClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.real.Layers;
import io.multiraft.grader.real.ShardStatusCheck;
import io.multiraft.grader.real.ShardStatusCheck.BucketFound;
import io.multiraft.grader.real.ShardStatusCheck.GroupFound;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.node.Address;
import io.multiraft.shard.ShardClientFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The sharded store of lab 4: config servers and groups, three servers each, and a configuration that never rests. */
final class ShardSystem implements LiveSystem {
    /** Groups of servers: that of the config servers, and those that own buckets. */
    static final int FLEETS = 4;

    private static final String CONFIG = "config";
    private static final List<String> CONFIG_SERVERS = List.of("c1", "c2", "c3");
    private static final int MEMBERS = 3;
    private static final int KEYS = 4;
    private static final long LOOK_EVERY_MILLIS = 200;

    private final ShardClientFactory clients;
    private final Diary diary;
    private final Deployment servers;
    private final Reconfigurer reconfigurer;

    /** Servers and clients of the code that {@code setup} names. */
    ShardSystem(
            ShardClientFactory clients,
            LiveSetup setup,
            LivePlan plan,
            Evidence evidence,
            Diary diary,
            Witness witness) {
        this.clients = clients;
        this.diary = diary;
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put(CONFIG, CONFIG_SERVERS);
        gids().forEach(gid -> groups.put(Long.toString(gid), members(gid)));
        ServerCommands commands = new ServerCommands(setup, plan, evidence);
        servers = new Deployment(
                groups,
                (name, fleet, links) -> fleet.name().equals(CONFIG)
                        ? commands.process(
                                name,
                                List.of("server", "config"),
                                Layers.OF_CONFIG_SERVER,
                                fleet,
                                ServerCommands.others(name, CONFIG_SERVERS),
                                links)
                        : commands.process(
                                name,
                                List.of(
                                        "server",
                                        "shard",
                                        "--gid",
                                        fleet.name(),
                                        "--config",
                                        ServerCommands.addresses(CONFIG_SERVERS, links)),
                                Layers.OF_SHARD_SERVER,
                                fleet,
                                ServerCommands.others(name, all(groups)),
                                links));
        SortedMap<Long, List<Address>> addresses = new TreeMap<>();
        gids().forEach(gid -> addresses.put(gid, servers.addresses(members(gid))));
        reconfigurer = new Reconfigurer(configServers(), addresses, setup.seed(), diary, witness);
    }

    private static LongStream gids() {
        return LongStream.range(1, FLEETS);
    }

    private static List<String> members(long gid) {
        return IntStream.rangeClosed(1, MEMBERS).mapToObj(id -> gid + "-" + id).toList();
    }

    private static List<String> all(Map<String, List<String>> groups) {
        return groups.values().stream().flatMap(List::stream).toList();
    }

    private List<Address> configServers() {
        return servers.addresses(CONFIG_SERVERS);
    }

    @Override
    public Deployment servers() {
        return servers;
    }

    @Override
    public KvClient client(KvClientOptions options) {
        return clients.create(new RetryingConfigClient(configServers(), ConfigClientOptions.DEFAULT), options);
    }

    @Override
    public int keys() {
        return KEYS;
    }

    @Override
    public void prepare() throws InterruptedException {
        reconfigurer.joinAll();
    }

    @Override
    public void changesBegin() {
        reconfigurer.start();
    }

    @Override
    public void changesEnd() throws InterruptedException {
        reconfigurer.stop();
    }

    @Override
    public void settle(long patienceSeconds) throws InterruptedException {
        reconfigurer.joinAll();
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
        ShardStatusCheck.Cluster cluster = ShardStatusCheck.of(configServers());
        while (!cluster.isSettled()) {
            if (System.nanoTime() > giveUpAt) {
                throw new Violation(
                        Property.LIVENESS,
                        "All servers run and all links work since " + patienceSeconds
                                + " s, and the configuration does not change, but not all is where it belongs: "
                                + inWords(cluster) + ".");
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
            cluster = ShardStatusCheck.of(configServers());
        }
        diary.note(
                "every group serves what version " + cluster.config().version() + " gives it, and keeps nothing else");
    }

    private static String inWords(ShardStatusCheck.Cluster cluster) {
        if (cluster.config() == null) {
            return "no config server tells the configuration";
        }
        Config config = cluster.config();
        List<String> words = new ArrayList<>();
        cluster.groups().forEach((gid, group) -> words.add(inWords(gid, group, config)));
        return String.join("; ", words);
    }

    private static String inWords(long gid, GroupFound group, Config config) {
        if (group.configVersion() == null) {
            return "group " + gid + " does not answer";
        }
        List<String> unsettled = group.buckets().stream()
                .filter(bucket -> !bucket.status().equals("serving"))
                .map(ShardSystem::inWords)
                .toList();
        return "group " + gid + " is at version " + group.configVersion() + " of " + config.version()
                + (unsettled.isEmpty() ? "" : ", " + String.join(", ", unsettled));
    }

    private static String inWords(BucketFound bucket) {
        return "bucket " + bucket.bucket() + " is " + bucket.status() + " since version " + bucket.version()
                + (bucket.note() == null ? "" : " (" + bucket.note() + ")");
    }

    @Override
    public Map<String, Long> changes() {
        return reconfigurer.counts();
    }

    @Override
    public void close() {
        reconfigurer.close();
        servers.close();
    }
}
