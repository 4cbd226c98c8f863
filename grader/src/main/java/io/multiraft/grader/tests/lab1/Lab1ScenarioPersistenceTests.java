// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftCluster;
import io.multiraft.grader.tests.RaftTrial;
import java.time.Duration;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Crashes, as diaries of a cluster. That nothing committed is ever lost or changed, the oracles watch all the time; the
 * tests demand that the cluster goes on.
 */
final class Lab1ScenarioPersistenceTests {
    private static final int ROUNDS = 1_000;

    @Graded(step = "1C", points = 1, title = "everybody, the leader or a follower restarts", runs = 10)
    void everybodyTheLeaderOrAFollowerRestarts(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        long index = cluster.agree(3);
        cluster.crashAll();
        cluster.restartAll();
        index = isAfter(index, cluster.agree(3), cluster);

        int leader = cluster.awaitLeader();
        cluster.crash(leader);
        cluster.restart(leader);
        index = isAfter(index, cluster.agree(3), cluster);

        leader = cluster.awaitLeader();
        cluster.crash(leader);
        index = isAfter(index, cluster.agree(2), cluster);
        cluster.restart(leader);
        index = isAfter(index, cluster.agree(3), cluster);

        int follower = cluster.after(cluster.awaitLeader());
        cluster.crash(follower);
        index = isAfter(index, cluster.agreeTimes(5, 2), cluster);
        cluster.restart(follower);
        isAfter(index, cluster.agree(3), cluster);
        cluster.awaitSameState();
    }

    private static long isAfter(long before, long index, RaftCluster cluster) {
        cluster.expect(
                index > before,
                Property.DURABILITY,
                "a command gets an index behind the committed index " + before + ", also after a restart, but it got "
                        + index);
        return index;
    }

    @Graded(step = "1C", points = 1, title = "majorities of five take turns", runs = 5)
    void majoritiesOfFiveTakeTurns(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(5);
        for (int round = 0; round < 5; round++) {
            cluster.agree(5);
            int leader = cluster.awaitLeader();
            int[] ring = IntStream.iterate(leader, cluster::after).limit(5).toArray();
            cluster.crash(ring[1], ring[2]);
            cluster.agree(3);
            cluster.crash(ring[0], ring[3], ring[4]);
            cluster.restart(ring[1], ring[2]);
            cluster.run(Duration.ofSeconds(1));
            cluster.restart(ring[3]);
            cluster.agree(3);
            cluster.restart(ring[4], ring[0]);
        }
        cluster.agree(5);
        cluster.awaitSameState();
    }

    @Graded(
            step = "1C",
            points = 1,
            title = "a follower that missed everything meets a leader that restarted",
            runs = 10)
    void aFollowerThatMissedEverythingMeetsALeaderThatRestarted(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        cluster.agree(3);
        int leader = cluster.awaitLeader();
        int absent = cluster.after(leader);
        int witness = cluster.after(absent);
        cluster.isolate(absent);
        cluster.agreeTimes(3, 2);
        cluster.crash(leader, witness);
        cluster.rejoin(absent);
        cluster.run(Duration.ofSeconds(1));
        cluster.restart(leader);
        cluster.agree(2);
        cluster.restart(witness);
        cluster.agree(3);
        cluster.awaitSameState();
    }

    @Graded(step = "1C", points = 1, title = "servers that restart at once keep their term, vote and log", runs = 10)
    void serversThatRestartAtOnceKeepTheirTermVoteAndLog(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        cluster.agree(3);
        int follower = cluster.after(cluster.awaitLeader());
        long term = cluster.leaderTerm();
        cluster.crash(follower);
        cluster.restart(follower);
        cluster.termStays(Duration.ofSeconds(2), "n" + follower + " restarted at once and the leader is well");
        cluster.expect(
                cluster.leaderTerm() == term,
                Property.LIVENESS,
                "term " + term + " goes on while a follower restarts, but term " + cluster.leaderTerm() + " has begun");

        for (int round = 0; round < 10; round++) {
            long last = cluster.leaderTerm();
            cluster.crash(cluster.awaitLeader());
            cluster.await(Duration.ofSeconds(10), () -> cluster.highestTerm() > last);
            IntStream.of(cluster.others()).filter(cluster::isUp).forEach(node -> {
                cluster.crash(node); // in the middle of the election: each may have voted, and may be asked again
                cluster.restart(node);
            });
            cluster.restartAll();
            cluster.agree(3);
        }
    }

    @Graded(step = "1C", points = 1, title = "leaders crash with their entries half replicated", runs = 3)
    void leadersCrashWithTheirEntriesHalfReplicated(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(5);
        SimRandom luck = cluster.luck();
        for (int round = 0; round < ROUNDS; round++) {
            Set<Integer> leaders = cluster.proposeEverywhere();
            cluster.runMillis(luck.chance(100) ? luck.nextInt(500) : luck.nextInt(13));
            leaders.forEach(cluster::crash);
            if (cluster.reachable().size() < 3) {
                cluster.restart(1 + luck.nextInt(5));
            }
        }
        cluster.restartAll();
        goesOn(cluster, 10, 10);
    }

    @Graded(step = "1C", points = 1, title = "an unreliable network slows down and does no more", runs = 3)
    void anUnreliableNetworkSlowsDownAndDoesNoMore(RaftTrial trial) {
        RaftCluster cluster = trial.unreliableCluster(5, 0);
        long first = cluster.agree(1);
        long last = first;
        for (int round = 1; round < 50; round++) {
            cluster.proposeEverywhere();
            cluster.proposeEverywhere();
            cluster.proposeEverywhere();
            cluster.proposeEverywhere();
            last = isAfter(last, cluster.agree(1), cluster);
        }
        cluster.expect(
                last >= first + 49,
                Property.LIVENESS,
                "50 commands one after the other take 50 indices, but they took " + first + " to " + last);
        cluster.healNetwork();
        cluster.agree(5);
        cluster.awaitSameState();
    }

    @Graded(step = "1C", points = 1, title = "leaders come and go while messages are lost and late", runs = 3)
    void leadersComeAndGoWhileMessagesAreLostAndLate(RaftTrial trial) {
        RaftCluster cluster = trial.unreliableCluster(5, 0);
        SimRandom luck = cluster.luck();
        for (int round = 0; round < ROUNDS; round++) {
            if (round == ROUNDS / 2) {
                cluster.setNoise(100, 20, 200, Duration.ofSeconds(2));
            }
            Set<Integer> leaders = cluster.proposeEverywhere();
            cluster.runMillis(luck.chance(100) ? luck.nextInt(500) : luck.nextInt(13));
            for (int leader : leaders) {
                if (cluster.reachable().contains(leader) && luck.nextBoolean()) {
                    cluster.isolate(leader);
                }
            }
            int back = 1 + luck.nextInt(5);
            if (cluster.reachable().size() < 3 && !cluster.reachable().contains(back)) {
                cluster.rejoin(back);
            }
        }
        cluster.healNetwork();
        goesOn(cluster, 5, 20);
    }

    @Graded(step = "1C", points = 1, title = "servers come and go under load", runs = 5)
    void serversComeAndGoUnderLoad(RaftTrial trial) {
        churn(trial.cluster(5));
    }

    @Graded(step = "1C", points = 1, title = "servers come and go under load in an unreliable network", runs = 5)
    void serversComeAndGoUnderLoadInAnUnreliableNetwork(RaftTrial trial) {
        churn(trial.unreliableCluster(5, 0));
    }

    /** Servers are cut off, crash and come back at random, never more than two of five at a time. */
    private static void churn(RaftCluster cluster) {
        SimRandom luck = cluster.luck();
        cluster.agree(5);
        for (int round = 0; round < 20; round++) {
            int back = 1 + luck.nextInt(5);
            if (luck.chance(500) && !cluster.reachable().contains(back)) {
                if (cluster.isUp(back)) {
                    cluster.rejoin(back);
                } else {
                    cluster.restart(back);
                }
            }
            int victim = 1 + luck.nextInt(5);
            if (luck.chance(400)
                    && cluster.reachable().contains(victim)
                    && cluster.reachable().size() > 3) {
                if (luck.nextBoolean()) {
                    cluster.isolate(victim);
                } else {
                    cluster.crash(victim);
                }
            }
            for (int step = 0; step < 14; step++) {
                cluster.proposeEverywhere();
                cluster.runMillis(50);
            }
        }
        cluster.heal();
        goesOn(cluster, 1, 20);
    }

    /** After many faults: enough happened, and now that all is well commands come through again. */
    private static void goesOn(RaftCluster cluster, int leadersWanted, int committedWanted) {
        cluster.agree(5);
        cluster.awaitSameState();
        cluster.expect(
                cluster.leadersSoFar() >= leadersWanted && cluster.committed() >= committedWanted,
                Property.LIVENESS,
                "servers elect leaders and commit commands while faults come and go, at least " + leadersWanted
                        + " and "
                        + committedWanted + " in this run, but there were " + cluster.leadersSoFar() + " and "
                        + cluster.committed());
    }
}
