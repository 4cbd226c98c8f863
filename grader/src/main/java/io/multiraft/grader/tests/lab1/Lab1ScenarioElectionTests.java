// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftCluster;
import io.multiraft.grader.tests.RaftTrial;
import java.time.Duration;
import java.util.stream.IntStream;

/** Elections, as diaries of a cluster: who is cut off when, and who must lead then (section 5.2 of the paper). */
final class Lab1ScenarioElectionTests {
    private static final Duration QUIET = Duration.ofSeconds(2);

    @Graded(step = "1A", points = 1, title = "a leader is elected and keeps its term while nothing fails", runs = 5)
    void aLeaderIsElectedAndKeepsItsTermWhileNothingFails(RaftTrial trial) {
        for (int size : new int[] {2, 3, 4, 5, 7}) {
            RaftCluster cluster = trial.cluster(size);
            cluster.awaitLeader();
            cluster.termStays(QUIET, "nothing fails among the " + size + " servers");
        }
    }

    @Graded(step = "1A", points = 1, title = "elections and idle leaders send few requests", runs = 10)
    void electionsAndIdleLeadersSendFewRequests(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        cluster.await(Duration.ofSeconds(10), () -> cluster.leadersSoFar() > 0);
        long election = cluster.requests();
        cluster.expect(
                election >= 1 && election <= 30,
                Property.RPC_BUDGET,
                "3 servers send 1 to 30 requests until the first leader is there, but they sent " + election);

        cluster.awaitLeader();
        long before = cluster.requests();
        cluster.run(Duration.ofSeconds(5));
        long idle = cluster.requests() - before;
        cluster.expect(
                idle <= 5 * 60,
                Property.RPC_BUDGET,
                "a leader of 3 servers that has nothing to do sends at most 60 requests a second, but " + idle
                        + " requests were sent in 5 s");
        cluster.expect(
                idle >= 5 * 10,
                Property.LIVENESS,
                "a leader shows each of its 2 followers that it lives at least 5 times a second, but only " + idle
                        + " requests were sent in 5 s");
    }

    @Graded(
            step = "1A",
            points = 1,
            title = "a leader that is cut off is replaced, and follows when it is back",
            runs = 10)
    void aLeaderThatIsCutOffIsReplacedAndFollowsWhenItIsBack(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(3);
        for (int round = 0; round < 3; round++) {
            int old = cluster.awaitLeader();
            long oldTerm = cluster.ledTerm(old);
            cluster.isolate(old);
            int successor = cluster.awaitLeader();
            cluster.expect(
                    cluster.ledTerm(successor) > oldTerm,
                    Property.ELECTION_SAFETY,
                    "n" + successor + " leads a newer term than n" + old + " did, which was term " + oldTerm);
            cluster.rejoin(old);
            cluster.termStays(QUIET, "n" + old + " is back and finds a newer leader");
        }
    }

    @Graded(step = "1A", points = 1, title = "nobody is elected without a majority", runs = 10)
    void nobodyIsElectedWithoutAMajority(RaftTrial trial) {
        for (int size : new int[] {3, 4, 5}) {
            RaftCluster cluster = trial.cluster(size);
            int leader = cluster.awaitLeader();
            long term = cluster.highestTerm();
            int leaders = cluster.leadersSoFar();

            IntStream.iterate(leader, cluster::after).limit(size - size / 2).forEach(cluster::isolate);
            cluster.run(QUIET);
            cluster.expect(
                    cluster.highestTerm() > term,
                    Property.LIVENESS,
                    "servers that hear of no leader stand for election, but in " + QUIET.toSeconds()
                            + " s nobody stood in a term above " + term);
            cluster.expect(
                    cluster.leadersSoFar() == leaders,
                    Property.ELECTION_SAFETY,
                    "nobody becomes leader while no " + (size / 2 + 1) + " of " + size
                            + " servers can talk to each other, but term " + cluster.leaderTerm() + " has a leader");
            cluster.healNetwork();
            cluster.termStays(QUIET, "all " + size + " servers can talk to each other again");
        }
    }

    @Graded(step = "1A", points = 1, title = "seven servers elect again and again", runs = 10)
    void sevenServersElectAgainAndAgain(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(7);
        for (int round = 0; round < 9; round++) {
            int leader = cluster.awaitLeader();
            long term = cluster.ledTerm(leader);
            int second = cluster.others(leader)[cluster.luck().nextInt(6)];
            int third = cluster.others(leader, second)[cluster.luck().nextInt(5)];
            cluster.isolate(leader, second, third);
            int successor = cluster.awaitLeader();
            cluster.expect(
                    cluster.ledTerm(successor) > term,
                    Property.ELECTION_SAFETY,
                    "n" + successor + " leads a newer term than n" + leader + " did, which was term " + term);
            cluster.rejoin(leader, second, third);
        }
        cluster.termStays(QUIET, "all 7 servers are back");
    }

    @Graded(
            step = "1A",
            points = 1,
            title = "a leader that nobody hears is replaced and follows what it hears",
            runs = 10)
    void aLeaderThatNobodyHearsIsReplacedAndFollowsWhatItHears(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(5);
        int old = cluster.awaitLeader();
        long term = cluster.ledTerm(old);
        cluster.mute(old);
        cluster.await(QUIET, () -> cluster.leaderTerm() > term);
        cluster.expect(
                cluster.leaderTerm() > term,
                Property.LIVENESS,
                "servers that do not hear n" + old + ", the leader of term " + term + ", elect another one within "
                        + QUIET.toSeconds() + " s, although n" + old + " hears them");
        cluster.termStays(QUIET, "n" + old + " hears the new leader and has no reason to stand");
        cluster.healNetwork();
        cluster.termStays(QUIET, "n" + old + " is heard again");
    }

    @Graded(step = "1A", points = 1, title = "a server that hears nobody disturbs no longer than that", runs = 10)
    void aServerThatHearsNobodyDisturbsNoLongerThanThat(RaftTrial trial) {
        RaftCluster cluster = trial.cluster(5);
        int leader = cluster.awaitLeader();
        cluster.deafen(leader);
        cluster.run(QUIET);
        cluster.healNetwork();
        cluster.termStays(QUIET, "n" + leader + " gets answers again");

        int follower = cluster.after(cluster.awaitLeader());
        long term = cluster.highestTerm();
        cluster.deafen(follower);
        cluster.run(QUIET);
        cluster.expect(
                cluster.highestTerm() > term,
                Property.LIVENESS,
                "n" + follower + ", which hears of no leader, stands for election, but in " + QUIET.toSeconds()
                        + " s nobody stood in a term above " + term);
        cluster.healNetwork();
        cluster.termStays(QUIET, "n" + follower + " hears the others again");
    }
}
