// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.campaign.RaftMix;
import io.multiraft.grader.campaign.RaftRun;
import io.multiraft.grader.campaign.RaftSchedules;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.raft.RaftFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One run of a graded test of lab 1: the Raft under test, the seed, and worlds to put it in. */
public final class RaftTrial extends Trial {
    private static final Map<RaftMix, RaftSchedules> SCHEDULES = new ConcurrentHashMap<>();

    private final RaftFactory raft;

    RaftTrial(Context context) {
        super(context);
        this.raft = context.implementations().raft();
    }

    /** A group of {@code size} nodes in a reliable network. */
    public RaftCluster cluster(int size) {
        return cluster(size, 0);
    }

    /** A group whose nodes compact their logs every {@code compactEvery} entries. */
    public RaftCluster cluster(int size, long compactEvery) {
        return started(new RaftCluster(raft, seed(), size, NetworkModel.RELIABLE, compactEvery, restartsJudged()));
    }

    /** A group in a network that loses, repeats and reorders messages. */
    public RaftCluster unreliableCluster(int size, long compactEvery) {
        return started(new RaftCluster(raft, seed(), size, NetworkModel.UNRELIABLE, compactEvery, restartsJudged()));
    }

    private RaftCluster started(RaftCluster cluster) {
        uses(cluster.simulation());
        cluster.boot();
        return cluster;
    }

    /** One node, {@code n1}, among peers played by hand; {@code members} in all. */
    public RaftScript script(int members) {
        RaftScript script = new RaftScript(raft, seed(), members, restartsJudged());
        uses(script.simulation());
        script.boot();
        return script;
    }

    /** A run under a random schedule of {@code mix}. */
    public void randomSchedule(RaftMix mix) {
        Schedule schedule = given().orElseGet(
                        () -> SCHEDULES.computeIfAbsent(mix, RaftSchedules::new).draw(seed()));
        follows(schedule);
        RaftRun run = new RaftRun(schedule, raft);
        uses(run.simulation());
        try {
            run.play();
        } finally {
            run.reached().forEach(this::reached);
        }
    }

    /** Steps from 1C on demand that promises survive a crash. */
    private boolean restartsJudged() {
        return step().compareTo("1C") >= 0;
    }
}
