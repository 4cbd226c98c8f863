// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.campaign.RaftMix;
import io.multiraft.grader.campaign.RaftRun;
import io.multiraft.grader.campaign.RaftSchedules;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.TraceRecord;
import io.multiraft.raft.RaftFactory;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** One run of a graded test of lab 1: the Raft under test, the seed, and worlds to put it in. */
public final class RaftTrial {
    private static final Map<RaftMix, RaftSchedules> SCHEDULES = new ConcurrentHashMap<>();

    private final RaftFactory raft;
    private final String step;
    private final long seed;
    private final RunMeter meter;
    private final Consumer<TraceRecord> recorder;
    private final Optional<Schedule> given;

    RaftTrial(
            RaftFactory raft,
            String step,
            long seed,
            RunMeter meter,
            Consumer<TraceRecord> recorder,
            Optional<Schedule> given) {
        this.raft = raft;
        this.step = step;
        this.seed = seed;
        this.meter = meter;
        this.recorder = recorder;
        this.given = given;
    }

    /** The seed of this run. */
    public long seed() {
        return seed;
    }

    /** A group of {@code size} nodes in a reliable network. */
    public RaftCluster cluster(int size) {
        return cluster(size, 0);
    }

    /** A group whose nodes compact their logs every {@code compactEvery} entries. */
    public RaftCluster cluster(int size, long compactEvery) {
        return started(new RaftCluster(raft, seed, size, NetworkModel.RELIABLE, compactEvery, restartsJudged()));
    }

    /** A group in a network that loses, repeats and reorders messages. */
    public RaftCluster unreliableCluster(int size, long compactEvery) {
        return started(new RaftCluster(raft, seed, size, NetworkModel.UNRELIABLE, compactEvery, restartsJudged()));
    }

    private RaftCluster started(RaftCluster cluster) {
        meter.uses(cluster.simulation());
        if (recorder != null) {
            cluster.simulation().recordTo(recorder);
        }
        cluster.boot();
        return cluster;
    }

    /** One node, {@code n1}, among peers played by hand; {@code members} in all. */
    public RaftScript script(int members) {
        RaftScript script = new RaftScript(raft, seed, members, restartsJudged());
        meter.uses(script.simulation());
        if (recorder != null) {
            script.simulation().recordTo(recorder);
        }
        script.boot();
        return script;
    }

    /** A run under a random schedule of {@code mix}. */
    public void randomSchedule(RaftMix mix) {
        Schedule schedule = given.orElseGet(
                () -> SCHEDULES.computeIfAbsent(mix, RaftSchedules::new).draw(seed));
        meter.follows(schedule);
        RaftRun run = new RaftRun(schedule, raft);
        meter.uses(run.simulation());
        if (recorder != null) {
            run.simulation().recordTo(recorder);
        }
        try {
            run.play();
        } finally {
            run.reached().forEach(meter::reached);
        }
    }

    /** Steps from 1C on demand that promises survive a crash. */
    private boolean restartsJudged() {
        return step.compareTo("1C") >= 0;
    }
}
