// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftCluster;
import io.multiraft.grader.tests.RaftTrial;
import java.time.Duration;

/** Log compaction, as diaries of a cluster whose servers compact their logs every 10 entries. */
final class Lab1ScenarioSnapshotTests {
    private static final int COMPACT_EVERY = 10;

    /** For the persistent state without the snapshot: term, vote and some 20 short entries. */
    private static final long LOG_BYTES_MAX = 4_000;

    @Graded(step = "1D", points = 1, title = "the log stays small over a thousand commands", runs = 3)
    void theLogStaysSmallOverAThousandCommands(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3, COMPACT_EVERY);
        for (int round = 0; round < 40; round++) {
            cluster.agreeTimes(25, 2);
            cluster.awaitSameState();
            logsAreSmall(cluster);
        }
        restartsAll(cluster);
        cluster.agree(3);
        logsAreSmall(cluster);
    }

    @Graded(step = "1D", points = 1, title = "a server that was cut off gets a snapshot", runs = 5)
    void aServerThatWasCutOffGetsASnapshot(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3, COMPACT_EVERY);
        missesMuch(cluster, false);
        snapshotsWereInstalled(cluster, 5);
    }

    @Graded(step = "1D", points = 1, title = "snapshots arrive in an unreliable network", runs = 5)
    void snapshotsArriveInAnUnreliableNetwork(RaftTrial trial) {
        missesMuch(trial.unreliableCluster(3, COMPACT_EVERY), false);
        RaftCluster cluster = trial.unreliableCluster(3, COMPACT_EVERY);
        missesMuch(cluster, true);
        snapshotsWereInstalled(cluster, 5);
    }

    @Graded(step = "1D", points = 1, title = "a server that was down gets a snapshot", runs = 5)
    void aServerThatWasDownGetsASnapshot(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3, COMPACT_EVERY);
        missesMuch(cluster, true);
        snapshotsWereInstalled(cluster, 5);
    }

    @Graded(step = "1D", points = 1, title = "everybody restarts from a snapshot and the log behind it", runs = 5)
    void everybodyRestartsFromASnapshotAndTheLogBehindIt(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3, COMPACT_EVERY);
        cluster.agreeTimes(COMPACT_EVERY + 1, 3);
        restartsAll(cluster);
        cluster.agree(3);
        restartsAll(cluster); // the state written with that one command must not have cost the snapshot
        cluster.agree(3);

        RaftCluster lossy = trial.unreliableCluster(3, COMPACT_EVERY);
        for (int round = 0; round < 5; round++) {
            lossy.agreeTimes(COMPACT_EVERY + lossy.luck().nextInt(COMPACT_EVERY), 2);
            restartsAll(lossy);
            lossy.agree(3);
            logsAreSmall(lossy);
        }
    }

    @Graded(step = "1D", points = 1, title = "a large snapshot travels in chunks while the others go on", runs = 3)
    void aLargeSnapshotTravelsInChunksWhileTheOthersGoOn(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3, COMPACT_EVERY);
        cluster.agree(3);
        int behind = cluster.after(cluster.awaitLeader());
        cluster.isolate(behind);
        for (int command = 0; command < 80; command++) {
            cluster.agree(2, 20_000);
        }
        cluster.rejoin(behind);
        Duration begin = cluster.now();
        cluster.agreeTimes(20, 2);
        Duration taken = cluster.now().minus(begin);
        cluster.expect(
                taken.compareTo(Duration.ofSeconds(5)) <= 0,
                Property.LIVENESS,
                "20 commands do not wait for the snapshot that n" + behind + " needs, but they took " + taken.toMillis()
                        + " ms");
        cluster.agree(3);
        cluster.awaitSameState();
        snapshotsWereInstalled(cluster, 1);
        cluster.expect(
                cluster.chunksTo(behind) >= 3,
                Property.SIZE_BUDGET,
                "a state of more than 1.2 MB comes to n" + behind
                        + " in at least 3 chunks of at most 512 KiB, but only " + cluster.chunksTo(behind)
                        + " chunks were sent");
    }

    // ---- steps of the diaries -------------------------------------------------------------------------------------

    /** In turn leaders and followers miss more entries than the others keep. */
    private static void missesMuch(RaftCluster cluster, boolean crashes) {
        for (int round = 0; round < 10; round++) {
            cluster.agree(3);
            int leader = cluster.awaitLeader();
            int victim = round % 2 == 0 ? cluster.after(leader) : leader;
            if (crashes) {
                cluster.crash(victim);
            } else {
                cluster.isolate(victim);
                cluster.burst(victim, 3 * COMPACT_EVERY, 10); // a leader takes these, and cannot commit them
            }
            int little = COMPACT_EVERY / 2 + cluster.luck().nextInt(COMPACT_EVERY);
            cluster.agreeTimes(round % 4 < 2 ? 2 * COMPACT_EVERY + little : little, 2);
            if (crashes) {
                cluster.restart(victim);
            } else {
                cluster.rejoin(victim);
            }
            cluster.agree(3);
            cluster.awaitSameState();
            logsAreSmall(cluster);
            cluster.crash(victim);
            cluster.restart(victim);
            cluster.isolate(victim);
            cluster.runMillis(500); // it stands for election with what it found on its disk
            cluster.rejoin(victim);
        }
    }

    private static void restartsAll(RaftCluster cluster) {
        cluster.crashAll();
        cluster.restartAll();
    }

    private static void logsAreSmall(RaftCluster cluster) {
        for (int node = 1; node <= cluster.size(); node++) {
            cluster.expect(
                    cluster.raftStateBytes(node) <= LOG_BYTES_MAX,
                    Property.SIZE_BUDGET,
                    "n" + node + " keeps at most " + LOG_BYTES_MAX
                            + " bytes of term, vote and log, because it compacts every "
                            + COMPACT_EVERY + " entries, but after index " + cluster.applied(node) + " it holds "
                            + cluster.raftStateBytes(node));
        }
    }

    private static void snapshotsWereInstalled(RaftCluster cluster, int least) {
        cluster.expect(
                cluster.snapshotsInstalled() >= least,
                Property.LIVENESS,
                "servers that lack entries which all others have dropped install snapshots, at least " + least
                        + " in this run, but only " + cluster.snapshotsInstalled() + " were installed");
    }
}
