// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import static io.multiraft.grader.tests.RaftScript.entry;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.harness.RaftHarness.Accepted;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftScript;
import io.multiraft.grader.tests.RaftTrial;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Order;

/**
 * The paper as tests: what is updated on stable storage before a server answers (Figure 2, persistent state). A restart takes
 * everything else from {@code n1}.
 */
@Order(4)
final class Lab1PaperPersistenceTests {
    private static final Duration SHORTLY = Duration.ofMillis(100);

    private static final String TERM = "currentTerm is persistent (Figure 2).";
    private static final String VOTE = "votedFor is persistent (Figure 2).";
    private static final String LOG = "log[] is persistent (Figure 2).";

    // ---- term and vote --------------------------------------------------------------------------------------------

    @Graded(step = "1C", points = 1, title = "a server that voted and restarts does not vote again in that term")
    void aServerThatVotedAndRestartsDoesNotVoteAgainInThatTerm(RaftTrial trial) {
        RaftScript n1 = trial.script(5);
        votes(n1, 2, 5);
        n1.restart();
        refusesVote(n1, 3, 5, 5);
        n1.restart();
        n1.restart();
        refusesVote(n1, 4, 5, 5);
        votes(n1, 3, 6);
        n1.restart();
        refusesVote(n1, 2, 6, 6);
    }

    @Graded(step = "1C", points = 1, title = "a server that restarts goes back to no older term")
    void aServerThatRestartsGoesBackToNoOlderTerm(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        n1.append(2, 8, 0, 0, 0);
        n1.restart();
        refusesVote(n1, 3, 7, 8);
        AppendEntriesReply reply = n1.append(3, 7, 0, 0, 0);
        n1.expect(
                !reply.getSuccess() && reply.getTerm() == 8,
                Property.DURABILITY,
                TERM,
                "n1 heard of term 8, restarted, and answered n3, leader of term 7, with " + reply.getSuccess()
                        + " in term " + reply.getTerm());
        votes(n1, 3, 8);
        n1.voteIn(20, n1.awaitCandidacy(), false);
        n1.run(Duration.ofMillis(5));
        n1.restart();
        refusesVote(n1, 2, 19, 20);
    }

    @Graded(step = "1C", points = 1, title = "a candidate that restarts has voted for itself")
    void aCandidateThatRestartsHasVotedForItself(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        for (int round = 0; round < 3; round++) {
            long term = n1.awaitCandidate().getTerm();
            n1.restart();
            refusesVote(n1, 2, term, term);
            refusesVote(n1, 3, term - 1, term);
            long next = n1.awaitCandidate().getTerm();
            n1.expect(
                    next == term + 1,
                    Property.DURABILITY,
                    TERM,
                    "n1 stood in term " + term + ", restarted, and now stands in term " + next);
        }
    }

    // ---- log ------------------------------------------------------------------------------------------------------

    @Graded(step = "1C", points = 1, title = "a log that was confirmed is there after a restart")
    void aLogThatWasConfirmedIsThereAfterARestart(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        n1.hold(2, 1, 1, 2);
        n1.restart();
        holds(n1, n1.append(2, 2, 3, 2, 0), "3@2");
        long term = endsWith(n1, 3, 2);
        LogEntry second = entry(term + 1, "second");
        holds(n1, n1.append(3, term + 1, 1, 1, 0, second), "the entry at index 2 of term " + (term + 1));
        n1.restart();
        n1.restart();
        endsWith(n1, 2, term + 1);
        LogEntry third = entry(term + 5, "third");
        holds(n1, n1.append(3, term + 5, 2, term + 1, 0, third), "the entry at index 3 of term " + (term + 5));
        n1.restart();
        n1.run(SHORTLY);
        n1.expect(
                n1.applied() == 0,
                Property.STATE_MACHINE_SAFETY,
                "A server that restarts does not know what of its log is committed (Figure 2, volatile state).",
                "n1 applied index " + n1.applied() + " after a restart, and no leader had announced anything");
        holds(n1, n1.append(3, term + 5, 3, term + 5, 3), "the entry at index 3 of term " + (term + 5));
        applies(n1, 1, "1@1", "second", "third");
    }

    @Graded(step = "1C", points = 1, title = "a leader that restarts follows, with its entries, and applies none twice")
    void aLeaderThatRestartsFollowsWithItsEntriesAndAppliesNoneTwice(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        long term = n1.becomeLeader();
        Accepted first = Lab1PaperLeaderTests.proposed(n1, "first");
        Accepted second = Lab1PaperLeaderTests.proposed(n1, "second");
        PaperFollower n2 = new PaperFollower(n1, 2);
        Lab1PaperLeaderTests.committed(n1, first, "first", n2);
        Lab1PaperLeaderTests.committed(n1, second, "second", n2);
        n1.run(Duration.ofSeconds(1));
        n1.restart();
        n1.forgetRequests();
        n1.run(SHORTLY);
        n1.expect(
                n1.takeEntries(2, any -> true).isEmpty(),
                "Servers begin as followers (section 5.2).",
                "n1 led term " + term + ", restarted and went on as leader");
        endsWith(n1, second.index(), term);

        n1.becomeLeader(2);
        PaperFollower n3 = new PaperFollower(n1, 3);
        Accepted third = Lab1PaperLeaderTests.proposed(n1, "third");
        Lab1PaperLeaderTests.committed(n1, third, "third", n3);
        n1.expect(
                n3.entryAt(second.index()).equals(Optional.of(entry(term, "second"))),
                Property.DURABILITY,
                LOG,
                "n1, elected again, did not send n3 its entry of term " + term + " at index " + second.index());
        applies(n1, second.index(), "second");
    }

    // ---- Figure 8 -------------------------------------------------------------------------------------------------

    @Graded(step = "1C", points = 1, title = "a server that crashed as in Figure 8 leads again with its old entry")
    void aServerThatCrashedAsInFigure8LeadsAgainWithItsOldEntry(RaftTrial trial) {
        RaftScript n1 = trial.script(5);
        Lab1PaperLeaderTests.Figure8 figure = Lab1PaperLeaderTests.figure8(n1, n1::restart);
        figure.n2().acceptsOnly(any -> true);
        figure.n3().acceptsOnly(any -> true);
        Accepted own = Lab1PaperLeaderTests.proposed(n1, "of its own term");
        Lab1PaperLeaderTests.committed(n1, own, "of its own term", figure.n2(), figure.n3());
        n1.restart();
        endsWith(n1, own.index(), figure.term());
    }

    // ---- steps ----------------------------------------------------------------------------------------------------

    private static void votes(RaftScript n1, int candidate, long term) {
        RequestVoteReply reply = n1.askVote(candidate, term, 0, 0);
        n1.expect(
                reply.getVoteGranted() && reply.getTerm() == term,
                "RequestVote 2: vote for the first candidate of a term whose log is no worse.",
                "n1 refused n" + candidate + " in term " + term + " and answered in term " + reply.getTerm());
    }

    private static void refusesVote(RaftScript n1, int candidate, long term, long own) {
        RequestVoteReply reply = n1.askVote(candidate, term, 9, term - 1);
        n1.expect(
                reply.getTerm() == own,
                Property.DURABILITY,
                TERM,
                "n1 was in term " + own + " before it restarted and answered n" + candidate + " in term "
                        + reply.getTerm());
        n1.expect(
                !reply.getVoteGranted(),
                Property.VOTE_ONCE,
                VOTE,
                "n1 restarted and granted its vote to n" + candidate + " in term " + term);
    }

    private static void holds(RaftScript n1, AppendEntriesReply reply, String entry) {
        n1.expect(
                reply.getSuccess(),
                Property.DURABILITY,
                LOG,
                "n1 restarted and denied " + entry + ", which it had confirmed, or what precedes it");
    }

    /** Where the log ends that the node next stands with; the term in which it stands. */
    private static long endsWith(RaftScript n1, long index, long term) {
        RequestVoteRequest stands = n1.awaitCandidate();
        n1.expect(
                stands.getLastLogIndex() == index && stands.getLastLogTerm() == term,
                Property.DURABILITY,
                LOG,
                "n1 restarted and stands in term " + stands.getTerm() + " with a log that ends with index "
                        + stands.getLastLogIndex() + " of term " + stands.getLastLogTerm()
                        + ", and had confirmed index " + index
                        + " of term " + term);
        return stands.getTerm();
    }

    private static void applies(RaftScript n1, long from, String... commands) {
        n1.run(SHORTLY);
        n1.expect(
                n1.applied() >= from + commands.length - 1,
                Property.LIVENESS,
                "All servers 1: apply what is committed.",
                "n1 restarted and applied only " + n1.applied() + " of " + (from + commands.length - 1) + " entries");
        for (int i = 0; i < commands.length; i++) {
            n1.expect(
                    n1.appliedCommand(from + i).equals(commands[i]),
                    Property.STATE_MACHINE_SAFETY,
                    LOG,
                    "n1 applied " + n1.appliedCommand(from + i) + " where it had confirmed " + commands[i]);
        }
    }
}
