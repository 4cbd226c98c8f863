// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftCluster;
import io.multiraft.grader.tests.RaftTrial;
import java.time.Duration;
import java.util.List;

/** Replication, as diaries of a cluster: commands that must come through, commands that must not, and what both cost. */
final class Lab1ScenarioReplicationTests {
    private static final Duration WHILE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    // ---- without faults -------------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "commands get the next indices, one by one or all at once", runs = 5)
    void commandsGetTheNextIndicesOneByOneOrAllAtOnce(RaftTrial trial) {
        for (int size : new int[] {1, 2, 3, 4, 5, 7}) {
            RaftCluster cluster = trial.cluster(size);
            cluster.run(Duration.ofSeconds(1));
            for (long index = 1; index <= cluster.committed(); index++) {
                cluster.expect(
                        !cluster.isCommand(index),
                        Property.STATE_MACHINE_SAFETY,
                        "no command is applied before anybody proposed one, but index " + index + " holds one");
            }
            long first = cluster.agree(size);
            cluster.expect(
                    cluster.agree(size) == first + 1 && cluster.agree(size) == first + 2,
                    Property.PROTOCOL,
                    "a leader that goes on leading gives commands the indices " + first + ", " + (first + 1) + ", "
                            + (first + 2));
            int leader = size == 1 ? 1 : cluster.awaitLeader();
            List<RaftHarness.Accepted> burst = cluster.burst(leader, 50, 10);
            allAreAccepted(cluster, leader, burst, 50);
            allAreApplied(cluster, burst, size);
        }
    }

    @Graded(step = "1B", points = 1, title = "each command travels once to each follower, in few requests", runs = 10)
    void eachCommandTravelsOnceToEachFollowerInFewRequests(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        cluster.agree(3);
        int leader = cluster.awaitLeader();
        long requests = cluster.requests();
        Duration begin = cluster.now();
        List<RaftHarness.Accepted> burst = cluster.burst(leader, 10, 10);
        allAreAccepted(cluster, leader, burst, 10);
        allAreApplied(cluster, burst, 3);
        long sent = cluster.requests() - requests;
        long heartbeats = 2 * (1 + cluster.now().minus(begin).toMillis() / 50);
        cluster.expect(
                sent <= (10 + 1 + 3) * 3 + heartbeats,
                Property.RPC_BUDGET,
                "10 commands need at most " + (10 + 1 + 3) * 3 + " requests among 3 servers, besides " + heartbeats
                        + " heartbeats meanwhile, but " + sent + " were sent");

        long bytes = cluster.bytes();
        for (int command = 0; command < 10; command++) {
            cluster.agree(3, 5_000);
        }
        long carried = cluster.bytes() - bytes;
        cluster.expect(
                carried <= 3 * 50_000 + 50_000,
                Property.SIZE_BUDGET,
                "10 commands of 5000 bytes travel once to each of 2 followers, in at most 200000 bytes, but " + carried
                        + " bytes were sent");
    }

    @Graded(step = "1B", points = 1, title = "big commands pass, one by one and many at once", runs = 3)
    void bigCommandsPassOneByOneAndManyAtOnce(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        int leader = cluster.awaitLeader();
        cluster.agree(3, 700 << 10);
        cluster.agree(3, 700 << 10);
        List<RaftHarness.Accepted> burst = cluster.burst(leader, 6, 300 << 10);
        allAreAccepted(cluster, leader, burst, 6);
        allAreApplied(cluster, burst, 3);

        int behind = cluster.after(leader);
        cluster.isolate(behind);
        for (int command = 0; command < 6; command++) {
            cluster.agree(2, 300 << 10);
        }
        cluster.rejoin(behind);
        cluster.agree(3, 700 << 10);
    }

    // ---- a minority fails -----------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "a majority goes on without followers that are cut off", runs = 10)
    void aMajorityGoesOnWithoutFollowersThatAreCutOff(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        cluster.agree(3);
        int leader = cluster.awaitLeader();
        int follower = cluster.after(leader);
        cluster.isolate(follower);
        cluster.agreeTimes(3, 2);
        cluster.run(Duration.ofSeconds(1));
        cluster.agreeTimes(3, 2);

        int other = cluster.after(follower);
        leader = cluster.awaitLeader();
        cluster.isolate(leader == other ? cluster.after(other) : other);
        isNotCommitted(cluster, leader, "n" + leader + " is alone of 3 servers");

        cluster.healNetwork();
        cluster.agreeTimes(3, 3);
        cluster.awaitSameState();
    }

    @Graded(
            step = "1B",
            points = 1,
            title = "leaders that are cut off or sleep are replaced until a majority is gone",
            runs = 10)
    void leadersThatAreCutOffOrSleepAreReplacedUntilAMajorityIsGone(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        cluster.agree(3);
        int first = cluster.awaitLeader();
        cluster.isolate(first);
        cluster.agreeTimes(3, 2);
        int second = cluster.awaitLeader();
        cluster.isolate(second);
        int last = cluster.others(first, second)[0];
        isNotCommitted(cluster, last, "n" + last + " is alone of 3 servers");
        isNotCommitted(cluster, second, "n" + second + " is alone of 3 servers");
        cluster.healNetwork();
        cluster.agreeTimes(3, 3);

        int sleeper = cluster.awaitLeader();
        cluster.setPaused(sleeper, true);
        cluster.agreeTimes(3, 2);
        cluster.burst(sleeper, 3, 10);
        cluster.setPaused(sleeper, false);
        cluster.agreeTimes(3, 3);
        cluster.termStays(WHILE, "n" + sleeper + " is awake and finds a newer leader");
    }

    @Graded(step = "1B", points = 1, title = "two servers of five commit nothing", runs = 10)
    void twoServersOfFiveCommitNothing(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(5);
        cluster.agree(5);
        int leader = cluster.awaitLeader();
        int helper = cluster.after(leader);
        cluster.isolate(cluster.others(leader, helper));
        isNotCommitted(cluster, leader, "only n" + leader + " and n" + helper + " of 5 servers hold it");
        cluster.healNetwork();
        cluster.agreeTimes(3, 5);
        cluster.awaitSameState();
    }

    // ---- logs that differ -----------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "what a deposed leader could not commit makes room", runs = 10)
    void whatADeposedLeaderCouldNotCommitMakesRoom(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        cluster.agree(3);
        int first = cluster.awaitLeader();
        cluster.isolate(first);
        allAreAccepted(cluster, first, cluster.burst(first, 3, 10), 3);
        cluster.agree(2);

        int second = cluster.awaitLeader();
        cluster.isolate(second);
        allAreAccepted(cluster, second, cluster.burst(second, 3, 10), 3);
        cluster.rejoin(first);
        cluster.agree(2);

        cluster.rejoin(second);
        cluster.agree(3);
        cluster.awaitSameState();
    }

    @Graded(step = "1B", points = 1, title = "logs that differ in 50 entries on each side agree soon", runs = 5)
    void logsThatDifferInFiftyEntriesOnEachSideAgreeSoon(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(5);
        cluster.agree(5);
        int first = cluster.awaitLeader();
        int firstHelper = cluster.after(first);
        int[] rest = cluster.others(first, firstHelper);
        cluster.isolate(rest);
        allAreAccepted(cluster, first, cluster.burst(first, 50, 10), 50);
        cluster.runMillis(500);

        cluster.isolate(first, firstHelper);
        cluster.rejoin(rest);
        cluster.agreeTimes(50, 3);
        int second = cluster.awaitLeader();
        int lost = second == rest[0] ? rest[1] : rest[0];
        cluster.isolate(lost);
        allAreAccepted(cluster, second, cluster.burst(second, 50, 10), 50);
        cluster.runMillis(500);

        cluster.isolate(second, cluster.others(first, firstHelper, second, lost)[0]);
        cluster.rejoin(first, firstHelper, lost);
        cluster.agreeTimes(50, 3);

        long bytes = cluster.bytes();
        cluster.rejoin(cluster.others(first, firstHelper, lost));
        cluster.agree(5);
        cluster.awaitSameState();
        cluster.expect(
                cluster.bytes() - bytes <= BACK_UP_BYTES,
                Property.SIZE_BUDGET,
                "2 followers that lack 50 short commands are brought up to date in at most " + BACK_UP_BYTES
                        + " bytes, but " + (cluster.bytes() - bytes) + " were sent");
    }

    private static final long BACK_UP_BYTES = 500_000;

    @Graded(step = "1B", points = 1, title = "a log with many terms of conflicts is mended in few steps", runs = 5)
    void aLogWithManyTermsOfConflictsIsMendedInFewSteps(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(5);
        cluster.agree(5);
        int loner = cluster.awaitLeader();
        int terms = 1;
        cluster.isolate(1, 2, 3, 4, 5);
        allAreAccepted(cluster, loner, cluster.burst(loner, 20, 10), 20);
        for (; terms < 6; terms++) {
            becomesLeaderAndLosesEverybody(cluster, loner);
            allAreAccepted(cluster, loner, cluster.burst(loner, 20, 10), 20);
        }

        cluster.rejoin(cluster.others(loner));
        cluster.agreeTimes(150, 4);
        int former = cluster.awaitLeader();
        cluster.isolate(former);
        cluster.agree(3); // under a leader that begins with the end of its log, behind the loner's
        long rejections = cluster.rejectionsBy(loner);
        cluster.rejoin(loner);
        cluster.agree(4);
        long steps = cluster.rejectionsBy(loner) - rejections;
        cluster.expect(
                !cluster.givesHints(loner) || steps <= 2L * (terms + 1),
                Property.RPC_BUDGET,
                "a leader skips a term's conflicting entries at each rejection (end of section 5.3): n" + loner
                        + " has 20 "
                        + "of each of " + terms + " terms and should reject at most " + 2 * (terms + 1)
                        + " AppendEntries, but rejected " + steps);
        cluster.rejoin(former);
        cluster.agree(5);
        cluster.awaitSameState();
    }

    /** The loner, whose log is the longest, wins with the votes of two that have it shorter, and is cut off at once. */
    private static void becomesLeaderAndLosesEverybody(RaftCluster cluster, int loner) {
        int[] voters = {cluster.after(loner), cluster.after(cluster.after(loner))};
        long term = cluster.ledTerm(loner);
        cluster.run(Duration.ofSeconds(1)); // until the voters have given it up as their leader
        cluster.rejoin(voters);
        cluster.rejoin(loner);
        cluster.expect(
                cluster.await(PATIENCE, () -> cluster.ledTerm(loner) > term),
                Property.LIVENESS,
                "n" + loner + " is elected again after term " + term + ": n" + voters[0] + " and n" + voters[1]
                        + " can only elect it, because its log is the most up to date of the three that can talk");
        cluster.isolate(voters);
        cluster.isolate(loner);
    }

    // ---- a poor network -------------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "a follower that is cut off or sleeps costs heartbeats only", runs = 5)
    void aFollowerThatIsCutOffOrSleepsCostsHeartbeatsOnly(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        for (boolean sleeps : new boolean[] {false, true}) {
            cluster.agree(3);
            int leader = cluster.awaitLeader();
            int follower = cluster.after(leader);
            if (sleeps) {
                cluster.setPaused(follower, true);
            } else {
                cluster.isolate(follower);
            }
            long requests = cluster.requestsTo(follower);
            long bytes = cluster.bytesTo(follower);
            for (int command = 0; command < 200; command++) {
                cluster.agree(1, 1_000);
            }
            cluster.run(Duration.ofSeconds(5));
            costsLittle(cluster, follower, cluster.requestsTo(follower) - requests, cluster.bytesTo(follower) - bytes);
            cluster.heal();
            cluster.awaitSameState();
        }
    }

    private static void costsLittle(RaftCluster cluster, int follower, long requests, long bytes) {
        cluster.expect(
                requests <= 450,
                Property.RPC_BUDGET,
                "n" + follower
                        + ", which answers nothing, gets heartbeats, and at most news of 200 commands: no more than 450 "
                        + "requests in 5 s and the time of the commands, but it got " + requests);
        cluster.expect(
                bytes <= requests * 100 + (64 << 10),
                Property.SIZE_BUDGET,
                "n" + follower
                        + ", which answers nothing, gets once the first 64 KiB of 200 commands of 1000 bytes, and then no "
                        + "command more, in requests of at most 100 bytes; but it got " + bytes + " bytes in "
                        + requests
                        + " requests");
    }

    @Graded(step = "1B", points = 1, title = "a follower with a slow disk gets each command about once", runs = 5)
    void aFollowerWithASlowDiskGetsEachCommandAboutOnce(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        cluster.agree(3);
        int leader = cluster.awaitLeader();
        int slow = cluster.after(leader);
        cluster.slowDisk(slow, Duration.ofMillis(40));
        long bytes = cluster.bytesTo(slow);
        for (int command = 0; command < 200; command++) {
            cluster.agree(1, 1_000);
        }
        cluster.awaitSameState();
        long carried = cluster.bytesTo(slow) - bytes;
        cluster.expect(
                carried <= 5 * 200_000,
                Property.SIZE_BUDGET,
                "n" + slow
                        + ", which is slow, gets each of 200 commands of 1000 bytes about once, and never more than 1000000 "
                        + "bytes, but it got " + carried);
    }

    @Graded(step = "1B", points = 1, title = "what the network loses is sent again", runs = 5)
    void whatTheNetworkLosesIsSentAgain(RaftTrial trial) {
        RaftCluster cluster = trial.unreliableCluster(5, 0);
        for (int round = 0; round < 10; round++) {
            cluster.agree(5);
            cluster.burst(cluster.awaitLeader(), 4, 10);
        }
        cluster.healNetwork();
        cluster.agree(5);
        cluster.awaitSameState();
    }

    // ---- expectations ---------------------------------------------------------------------------------------------

    private static void allAreAccepted(
            RaftCluster cluster, int leader, List<RaftHarness.Accepted> accepted, int count) {
        cluster.expect(
                accepted.size() == count,
                Property.LIVENESS,
                "n" + leader + ", which leads term " + cluster.ledTerm(leader) + ", accepts " + count
                        + " commands, but it accepted " + accepted.size());
        long first = accepted.get(0).index();
        long last = accepted.get(count - 1).index();
        cluster.expect(
                last == first + count - 1,
                Property.PROTOCOL,
                "n" + leader + " gives " + count + " commands the indices " + first + " to " + (first + count - 1)
                        + ", but the last one got " + last);
    }

    private static void allAreApplied(RaftCluster cluster, List<RaftHarness.Accepted> accepted, int nodes) {
        long last = accepted.get(accepted.size() - 1).index();
        cluster.expect(
                cluster.await(PATIENCE, () -> cluster.appliedBy(last) == nodes),
                Property.LIVENESS,
                "all " + nodes + " servers apply " + accepted.size() + " commands, up to index " + last + ", within "
                        + PATIENCE.toSeconds() + " s, but only " + cluster.appliedBy(last) + " did");
    }

    /** Proposes to a server that cannot reach a majority. */
    private static void isNotCommitted(RaftCluster cluster, int node, String why) {
        long committed = cluster.committed();
        cluster.propose(node);
        cluster.nothingCommittedBeyond(committed, WHILE, why);
    }
}
