// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.multiraft.grader.run.Json;
import io.multiraft.node.Address;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code ./lab cluster up} notes in its data directory: where its servers are. They have the same addresses when it is
 * started again, and clients find them here. A cluster is one group of the key-value store, or config servers and groups
 * that share buckets.
 *
 * @param kv addresses of the servers of the only group, in the order of their ids; or null
 * @param config addresses of the config servers, in the order of their ids; or null
 * @param groups by gid, the addresses of the servers of each group, in the order of their ids; or null
 * @param buckets number of buckets; or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterFile(
        @JsonProperty("kv") List<String> kv,
        @JsonProperty("config") List<String> config,
        @JsonProperty("groups") SortedMap<Long, List<String>> groups,
        @JsonProperty("buckets") Integer buckets) {
    static final String NAME = "cluster.json";

    /** A cluster of one group. */
    static ClusterFile ofOneGroup(List<Address> servers) {
        return new ClusterFile(texts(servers), null, null, null);
    }

    /** A cluster of groups that share buckets. */
    static ClusterFile ofGroups(List<Address> configServers, Map<Long, List<Address>> groups, int buckets) {
        SortedMap<Long, List<String>> named = new TreeMap<>();
        groups.forEach((gid, servers) -> named.put(gid, texts(servers)));
        return new ClusterFile(null, texts(configServers), named, buckets);
    }

    private static List<String> texts(List<Address> addresses) {
        return addresses.stream().map(Address::text).toList();
    }

    /** Where a cluster's data is, if nobody says otherwise. */
    public static Path defaultFolder(Path home) {
        return home.resolve(".lab/cluster");
    }

    /**
     * The file in {@code folder}, if there is one.
     *
     * @throws CannotRunException if it is something else
     */
    public static Optional<ClusterFile> in(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            ClusterFile read = Json.read(file, ClusterFile.class);
            if (!read.isOneGroup() && !read.isSharded()) {
                throw new CannotRunException(file + " names no servers");
            }
            return Optional.of(read);
        } catch (UncheckedIOException e) {
            String reason = String.valueOf(e.getCause().getMessage())
                    .lines()
                    .findFirst()
                    .orElse("");
            throw new CannotRunException(file + " cannot be read: " + reason, e);
        }
    }

    private boolean isOneGroup() {
        return kv != null && !kv.isEmpty();
    }

    /** Whether groups share buckets. */
    @JsonIgnore
    public boolean isSharded() {
        return config != null && !config.isEmpty() && groups != null && !groups.isEmpty() && buckets != null;
    }

    /**
     * The servers of the only group; none if the cluster is sharded.
     *
     * @param folder that the file was read from
     * @throws CannotRunException if an address is none
     */
    public List<Address> servers(Path folder) {
        return isOneGroup() ? addresses(folder, kv) : List.of();
    }

    /** The config servers of a sharded cluster; likewise. */
    public List<Address> configServers(Path folder) {
        return isSharded() ? addresses(folder, config) : List.of();
    }

    /** The groups of a sharded cluster; likewise. */
    SortedMap<Long, List<Address>> groups(Path folder) {
        SortedMap<Long, List<Address>> read = new TreeMap<>();
        if (isSharded()) {
            groups.forEach((gid, servers) -> read.put(gid, addresses(folder, servers)));
        }
        return read;
    }

    /** Where the commands of clients go. */
    public Destination destination(Path folder) {
        return isSharded() ? new Destination.Sharded(configServers(folder)) : new Destination.OneGroup(servers(folder));
    }

    private static List<Address> addresses(Path folder, List<String> texts) {
        return Addresses.parse(folder.resolve(NAME).toString(), String.join(",", texts));
    }

    /** Writes the file. */
    void writeTo(Path folder) {
        Json.write(folder.resolve(NAME), this);
    }
}
