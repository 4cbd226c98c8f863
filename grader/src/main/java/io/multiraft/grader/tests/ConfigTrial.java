// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.config.Rebalancer;
import io.multiraft.grader.campaign.ConfigRun;
import io.multiraft.grader.campaign.ConfigSchedules;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.service.Application;
import io.multiraft.service.ServiceOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One run of a graded test of lab 3. */
public final class ConfigTrial extends Trial {
    private static final Map<Boolean, ConfigSchedules> SCHEDULES = new ConcurrentHashMap<>();

    ConfigTrial(Context context) {
        super(context);
    }

    /** What spreads the buckets, by itself. */
    public Rebalancer rebalancer() {
        return implementations().config().rebalancer();
    }

    /** What a config server replicates, by itself. */
    public Application application(int nBuckets) {
        return implementations().config().create(nBuckets);
    }

    /** Randomness that belongs to the test. */
    public SimRandom luck() {
        return SimRandom.of(seed(), 0x4C55434B);
    }

    /** A group of {@code size} config servers in a reliable network, without compaction. */
    public ConfigCluster cluster(int size, int nBuckets) {
        return cluster(size, nBuckets, ServiceOptions.DEFAULT.withCompactAfterBytes(1L << 40));
    }

    /** A group of {@code size} config servers in a reliable network. */
    public ConfigCluster cluster(int size, int nBuckets, ServiceOptions options) {
        ConfigCluster cluster = new ConfigCluster(
                implementations(), seed(), size, NetworkModel.RELIABLE, options, nBuckets, step().compareTo("3C") >= 0);
        uses(cluster.simulation());
        cluster.boot();
        return cluster;
    }

    /** A run under a random schedule. */
    public void randomSchedule(boolean crashes) {
        Schedule schedule = given().orElseGet(() ->
                SCHEDULES.computeIfAbsent(crashes, ConfigSchedules::new).draw(seed()));
        follows(schedule);
        ConfigRun run = new ConfigRun(schedule, implementations());
        uses(run.simulation());
        try {
            run.play();
        } finally {
            run.reached().forEach(this::reached);
        }
    }
}
