// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.campaign.ShardMix;
import io.multiraft.grader.campaign.ShardRun;
import io.multiraft.grader.campaign.ShardSchedules;
import io.multiraft.grader.campaign.ShardWorld;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.shard.ShardOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/** One run of a graded test of lab 4. */
public final class ShardTrial extends Trial {
    private static final Map<ShardMix, ShardSchedules> SCHEDULES = new ConcurrentHashMap<>();

    private final SimRandom luck;

    ShardTrial(Context context) {
        super(context);
        luck = SimRandom.of(seed(), 0x4C55434B);
    }

    /** Groups 1 to {@code groups} of three servers and ten buckets; nobody has joined. */
    public ShardCluster cluster(int groups) {
        return cluster(LongStream.rangeClosed(1, groups).boxed().toList(), 10, ShardOptions.DEFAULT);
    }

    /** Groups of three servers; nobody has joined. */
    public ShardCluster cluster(List<Long> gids, int nBuckets, ShardOptions options) {
        ShardCluster cluster =
                new ShardCluster(implementations(), seed(), new ShardWorld.Size(3, gids, 3, nBuckets), options);
        uses(cluster.simulation());
        cluster.boot();
        return cluster;
    }

    /** Randomness that belongs to the test. */
    public SimRandom luck() {
        return luck;
    }

    /** A run under a random schedule of {@code mix}. */
    public void randomSchedule(ShardMix mix) {
        Schedule schedule = given().orElseGet(() ->
                SCHEDULES.computeIfAbsent(mix, ShardSchedules::new).draw(seed()));
        follows(schedule);
        ShardRun run = new ShardRun(schedule, implementations());
        uses(run.simulation());
        try {
            run.play();
        } finally {
            run.reached().forEach(this::reached);
        }
    }
}
