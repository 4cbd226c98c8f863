// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.node.Address;
import io.multiraft.shard.rpc.BucketState;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import io.multiraft.shard.rpc.StatusReply;
import io.multiraft.shard.rpc.StatusRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Asks config servers and all groups that they know how they are. */
public final class ShardStatusCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private ShardStatusCheck() {}

    /**
     * What a group has of a bucket.
     *
     * @param status serving, pulling, frozen or garbage
     * @param version of the configuration since which it is so
     * @param note what a transfer waits for; null: nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record BucketFound(int bucket, String status, long version, long records, long bytes, String note) {
        private static BucketFound of(BucketState state) {
            return new BucketFound(
                    state.getBucket(),
                    state.getStatus().name().toLowerCase(Locale.ROOT),
                    state.getVersion(),
                    state.getRecords(),
                    state.getBytes(),
                    state.getNote().isEmpty() ? null : state.getNote());
        }
    }

    /**
     * A group.
     *
     * @param servers how each of them is
     * @param configVersion that its leader, or else any member that answers, has applied; null: nobody answers
     * @param buckets that it has anything of, as the same server says
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record GroupFound(StatusCheck.Group servers, Long configVersion, List<BucketFound> buckets) {}

    /**
     * The whole cluster.
     *
     * @param config the latest configuration; null: the config servers do not tell it
     */
    public record Cluster(StatusCheck.Group configServers, Config config, Map<Long, GroupFound> groups) {

        /** Whether all servers are there, and every group has a leader. */
        public boolean isWell() {
            return config != null
                    && configServers.isWell()
                    && groups.values().stream()
                            .allMatch(group -> group.servers().isWell());
        }

        /** Whether every group has come to the latest configuration, and nothing is on its way. */
        public boolean isSettled() {
            return isWell()
                    && groups.values().stream()
                            .allMatch(group -> group.configVersion() != null
                                    && group.configVersion() == config.version()
                                    && group.buckets().stream()
                                            .allMatch(bucket -> bucket.status().equals("serving")));
        }
    }

    /** Asks, for a limited time. */
    public static Cluster of(List<Address> configServers) {
        Config config = config(configServers);
        Map<Long, GroupFound> groups = new TreeMap<>();
        if (config != null) {
            config.groups().forEach((gid, servers) -> groups.put(gid, group(servers)));
        }
        return new Cluster(StatusCheck.of(configServers), config, groups);
    }

    private static Config config(List<Address> configServers) {
        try (ConfigSession session = ConfigSession.open(configServers, PATIENCE)) {
            ConfigResult result = session.execute(ConfigCommands.query(ConfigCommands.LATEST));
            return result instanceof ConfigResult.Found found ? found.config() : null;
        }
    }

    private static GroupFound group(List<Address> servers) {
        StatusCheck.Group found = StatusCheck.of(servers);
        List<String> best = new ArrayList<>();
        if (found.leader() != null) {
            best.add(found.leader());
        }
        found.servers().stream()
                .filter(StatusCheck.Found::reachable)
                .map(StatusCheck.Found::address)
                .forEach(best::add);
        return best.isEmpty() ? new GroupFound(found, null, List.of()) : withBuckets(found, best.get(0));
    }

    private static GroupFound withBuckets(StatusCheck.Group group, String server) {
        ManagedChannel channel =
                ManagedChannelBuilder.forTarget(server).usePlaintext().build();
        try {
            List<BucketFound> buckets = new ArrayList<>();
            StatusReply reply;
            int from = 0;
            do {
                reply = ShardKvServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .status(StatusRequest.newBuilder().setFirstBucket(from).build());
                reply.getBucketsList().stream().map(BucketFound::of).forEach(buckets::add);
                from = reply.getNextBucket();
            } while (from > 0);
            return new GroupFound(group, reply.getConfigVersion(), buckets);
        } catch (StatusRuntimeException e) {
            return new GroupFound(group, null, List.of()); // whatever it is: it has not answered in time
        } finally {
            channel.shutdownNow();
        }
    }
}
