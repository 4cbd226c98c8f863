// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.node.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Moves buckets of a cluster that is under load from group to group, one after the other, each to the next gid. */
public final class BucketMover implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ConfigSession session;
    private final Config before;

    /**
     * Moves buckets of the cluster of {@code configServers}.
     *
     * @throws CannotRunException if it does not answer, or has fewer than two groups
     */
    public BucketMover(List<Address> configServers) {
        session = ConfigSession.open(configServers, PATIENCE);
        before = latest();
        if (before.groups().size() < 2) {
            throw new CannotRunException("buckets move from group to group, but the cluster has "
                    + (before.groups().isEmpty() ? "none" : "only one"));
        }
    }

    private Config latest() {
        return execute(ConfigCommands.query(ConfigCommands.LATEST)) instanceof ConfigResult.Found found
                ? found.config()
                : before;
    }

    private ConfigResult execute(ConfigCommand command) {
        ConfigResult result = session.execute(command);
        if (result instanceof ConfigResult.GaveUp gaveUp) {
            throw new CannotRunException("the config servers do not answer: " + gaveUp.reason());
        }
        return result;
    }

    /** Number of buckets of the cluster. */
    public int buckets() {
        return before.buckets().size();
    }

    /**
     * Moves {@code count} buckets, from the first one on, spread evenly over {@code time} but not right at its beginning or
     * end; those that have moved, when all have.
     *
     * @param begin before that nothing moves
     */
    public CompletableFuture<Set<Integer>> move(int count, Duration begin, Duration time) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                Thread.sleep(begin.toMillis());
                Set<Integer> moved = new TreeSet<>();
                for (int i = 0; i < count; i++) {
                    Thread.sleep(time.toMillis() / (count + 1));
                    int bucket = i % buckets();
                    execute(ConfigCommands.move(bucket, next(latest(), bucket)));
                    moved.add(bucket);
                }
                return moved;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Set.of();
            }
        });
    }

    private static long next(Config config, int bucket) {
        List<Long> gids = new ArrayList<>(config.groups().keySet());
        return gids.get((gids.indexOf(config.buckets().get(bucket)) + 1) % gids.size());
    }

    @Override
    public void close() {
        session.close();
    }
}
