// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigLayers;
import io.multiraft.config.ConfigResult;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import io.multiraft.shard.ShardLayers;
import io.multiraft.shard.ShardOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Config servers and groups that share buckets, all in one process and on this machine, with their data below one folder.
 *
 * <pre>
 * cluster.json   where the servers are ({@link ClusterFile})
 * config-1 …     data directory of each config server
 * shard-1-1 …    of each server of a group: gid and id
 * </pre>
 */
public final class ShardedCluster {
    private static final int CONFIG_SERVERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final List<Address> configServers;
    private final SortedMap<Long, List<Address>> groups;
    private final int buckets;

    private ShardedCluster(
            Path folder, List<Address> configServers, SortedMap<Long, List<Address>> groups, int buckets) {
        this.folder = folder;
        this.configServers = configServers;
        this.groups = groups;
        this.buckets = buckets;
    }

    /**
     * What a cluster is to be like; where nothing is said, as it was, or else as {@link #NEW} has it.
     *
     * @param groups number of groups
     * @param replicas number of servers of each group
     * @param buckets number of buckets
     * @param port of the first server, the others have those behind it; 0: the system chooses them
     */
    public record Shape(OptionalInt groups, OptionalInt replicas, OptionalInt buckets, OptionalInt port) {
        /** Two groups of three servers; 10 buckets. */
        static final Shape NEW = new Shape(
                OptionalInt.of(2), OptionalInt.of(3), OptionalInt.of(Config.DEFAULT_BUCKETS), OptionalInt.empty());
    }

    /**
     * The cluster whose data is in {@code folder}, or a new one.
     *
     * @param defaultPort of a new cluster, if nobody says it
     * @throws CannotRunException if the folder holds something else, or a cluster of another shape
     */
    public static ShardedCluster in(Path folder, Shape shape, int defaultPort) {
        KvCluster.refuseForeign(folder);
        Optional<ClusterFile> file = ClusterFile.in(folder);
        return file.map(known -> known(folder, known, shape)).orElseGet(() -> made(folder, shape, defaultPort));
    }

    private static ShardedCluster known(Path folder, ClusterFile file, Shape shape) {
        if (!file.isSharded()) {
            throw new CannotRunException(
                    folder + " holds a cluster of one group, without buckets: name another folder with --data");
        }
        List<Address> configServers = file.configServers(folder);
        SortedMap<Long, List<Address>> groups = file.groups(folder);
        String first = configServers.get(0).text();
        refuseChange(folder, "--groups", shape.groups(), groups.size());
        refuseChange(
                folder,
                "--replicas",
                shape.replicas(),
                groups.get(groups.firstKey()).size());
        refuseChange(folder, "--buckets", shape.buckets(), file.buckets());
        refuseChange(folder, "--port", shape.port(), Integer.parseInt(first.substring(first.lastIndexOf(':') + 1)));
        return new ShardedCluster(folder, configServers, groups, file.buckets());
    }

    private static void refuseChange(Path folder, String option, OptionalInt wanted, int is) {
        if (wanted.isPresent() && wanted.getAsInt() != is) {
            throw new CannotRunException("the cluster in " + folder + " was made with " + option + " " + is
                    + ", and that cannot be changed: name another folder with --data");
        }
    }

    private static ShardedCluster made(Path folder, Shape shape, int defaultPort) {
        int groupCount = shape.groups().orElse(Shape.NEW.groups().getAsInt());
        int replicas = shape.replicas().orElse(Shape.NEW.replicas().getAsInt());
        List<Address> all = KvCluster.addresses(
                CONFIG_SERVERS + groupCount * replicas, shape.port().orElse(defaultPort));
        SortedMap<Long, List<Address>> groups = new TreeMap<>();
        for (int group = 0; group < groupCount; group++) {
            int from = CONFIG_SERVERS + group * replicas;
            groups.put(group + 1L, all.subList(from, from + replicas));
        }
        int buckets = shape.buckets().orElse(Shape.NEW.buckets().getAsInt());
        return new ShardedCluster(folder, all.subList(0, CONFIG_SERVERS), groups, buckets);
    }

    /**
     * Opens all servers, and notes where they are.
     *
     * @throws CannotRunException if a directory or a port cannot be had
     */
    public void open(ConfigLayers config, ShardLayers shard, Foreground foreground) {
        for (int id = 1; id <= configServers.size(); id++) {
            foreground.open(
                    config.server(id, configServers, ServiceOptions.DEFAULT, buckets), folder.resolve("config-" + id));
        }
        groups.forEach((gid, servers) -> {
            for (int id = 1; id <= servers.size(); id++) {
                foreground.open(
                        shard.server(gid, id, servers, configServers, ShardOptions.DEFAULT),
                        folder.resolve("shard-" + gid + "-" + id));
            }
        });
        ClusterFile.ofGroups(configServers, groups, buckets).writeTo(folder);
    }

    /**
     * Lets all groups join, if no configuration was ever made: what people have done since stays.
     *
     * @return the configuration then
     * @throws CannotRunException if the config servers do not come to it
     */
    public Config join() {
        try (ConfigSession session = ConfigSession.open(configServers, PATIENCE)) {
            Config latest = latest(session);
            if (latest.version() > 0) {
                return latest;
            }
            ConfigResult joined = session.execute(ConfigCommands.join(groups));
            if (!(joined instanceof ConfigResult.Changed)) {
                throw new CannotRunException("the groups could not join: " + joined);
            }
            return latest(session);
        }
    }

    private static Config latest(ConfigSession session) {
        ConfigResult result = session.execute(ConfigCommands.query(ConfigCommands.LATEST));
        if (result instanceof ConfigResult.Found found) {
            return found.config();
        }
        throw new CannotRunException("the config servers do not tell the configuration: " + result);
    }
}
