// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import static io.multiraft.grader.tests.RaftScript.entry;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftScript;
import io.multiraft.grader.tests.RaftTrial;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Order;

/**
 * The paper as tests: followers and their logs (Figure 2, AppendEntries; section 5.4.1; Figure 7). The entry of term 2 at
 * index 3 is written {@code 3@2}, and that is its command, too.
 */
@Order(2)
final class Lab1PaperReplicationTests {
    private static final Duration SHORTLY = Duration.ofMillis(100);
    private static final Duration TIMEOUT_MAX = RaftOptions.DEFAULT.electionTimeoutMax();

    private static final String UP_TO_DATE =
            "RequestVote 2: vote only for a candidate whose log is at least as up to date: the later last term wins, then the"
                    + " longer log (section 5.4.1).";
    private static final String CONSISTENCY =
            "AppendEntries 2: accept entries only behind an entry of the same index and term.";
    private static final String CONFLICT =
            "AppendEntries 3: an entry that conflicts with a new one goes, with all that follow it, and no other.";
    private static final String COMMIT =
            "AppendEntries 5: commit up to leaderCommit, but not beyond the last new entry.";

    // ---- votes ----------------------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "votes go only to logs that are not behind")
    void votesGoOnlyToLogsThatAreNotBehind(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        n1.hold(2, 1, 1, 3);
        compares(n1, 10, 2, 3, false);
        compares(n1, 11, 0, 0, false);
        compares(n1, 12, 3, 2, false);
        compares(n1, 13, 9, 2, false);
        compares(n1, 14, 3, 3, true);
        compares(n1, 15, 4, 3, true);
        compares(n1, 16, 9, 1, false);
        compares(n1, 17, 1, 4, true);
        compares(n1, 18, 9, 5, true);

        Duration begin = n1.now();
        n1.forgetRequests();
        for (long term = 19; n1.takeVoteRequest(2, 0).isEmpty(); term++) {
            n1.run(Duration.ofMillis(20));
            n1.askVote(3, term, 2, 3);
            n1.expect(
                    n1.now().minus(begin).compareTo(TIMEOUT_MAX.plusMillis(75)) < 0,
                    Property.LIVENESS,
                    "Followers 2: only a granted vote or the current leader holds an election back.",
                    "n3, whose log is behind, kept n1 from standing by asking for votes in higher and higher terms");
        }
    }

    private static void compares(RaftScript n1, long term, long lastLogIndex, long lastLogTerm, boolean grants) {
        RequestVoteReply reply = n1.askVote(3, term, lastLogIndex, lastLogTerm);
        n1.expect(
                reply.getVoteGranted() == grants && reply.getTerm() == term,
                grants ? Property.PROTOCOL : Property.LEADER_COMPLETENESS,
                UP_TO_DATE,
                "n1, whose log ends with 3@3, " + (reply.getVoteGranted() ? "granted" : "refused") + " in term "
                        + reply.getTerm() + " its vote to n3, whose log ends with index " + lastLogIndex + " of term "
                        + lastLogTerm + " and which stands in term " + term);
    }

    // ---- entries --------------------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "entries are taken only behind an entry that matches")
    void entriesAreTakenOnlyBehindAnEntryThatMatches(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        LogEntry[] log = RaftScript.log(1, 1, 4, 4, 5);
        n1.hold(2, 1, 1, 2);
        refuses(n1, n1.append(3, 5, 5, 5, 2), 5, 5);
        refuses(n1, n1.append(3, 5, 4, 4, 2, log[4]), 4, 4);
        refuses(n1, n1.append(3, 5, 3, 4, 2, log[3], log[4]), 3, 4);
        accepts(n1, n1.append(3, 5, 2, 1, 0, log[2], log[3], log[4]), "3@4, 4@4 and 5@5 behind 2@1");
        accepts(n1, n1.append(3, 5, 5, 5, 0), "a heartbeat behind 5@5");
        accepts(n1, n1.append(3, 5, 5, 5, 5), "a heartbeat behind 5@5");
        applies(n1, CONSISTENCY, "1@1", "2@1", "3@4", "4@4", "5@5");
        largeTerms(trial.script(3));
    }

    /** Terms are numbers of 64 bits, and equal ones are not the same object. */
    private static void largeTerms(RaftScript n1) {
        long large = 3_000_000_000L;
        n1.hold(2, 300, 300, large);
        accepts(n1, n1.append(3, large + 1, 2, 300, 2, entry(large + 1, "new")), "3@" + (large + 1) + " behind 2@300");
        accepts(n1, n1.append(3, large + 1, 3, large + 1, 3), "a heartbeat behind 3@" + (large + 1));
        applies(n1, CONSISTENCY, "1@300", "2@300", "new");
    }

    private static void refuses(RaftScript n1, AppendEntriesReply reply, long prevLogIndex, long prevLogTerm) {
        n1.expect(
                !reply.getSuccess() && reply.getTerm() == 5,
                Property.LOG_MATCHING,
                CONSISTENCY,
                "n1, whose log is 1@1, 2@1, 3@2, accepted in term " + reply.getTerm() + " what n3 sent behind "
                        + prevLogIndex + "@" + prevLogTerm);
        n1.expect(
                (reply.getConflictTerm() == 0 || (reply.getConflictTerm() == 2 && prevLogIndex == 3))
                        && reply.getConflictIndex() >= 0
                        && reply.getConflictIndex() <= Math.min(prevLogIndex, 4),
                "A hint names the term of the follower's entry at prev_log_index and where it begins, or where the log ends"
                        + " (section 5.3).",
                "n1, whose log is 1@1, 2@1, 3@2, was asked for " + prevLogIndex + "@" + prevLogTerm + " and named term "
                        + reply.getConflictTerm() + " and index " + reply.getConflictIndex());
    }

    @Graded(step = "1B", points = 1, title = "an entry in conflict goes with all that follow it")
    void anEntryInConflictGoesWithAllThatFollowIt(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        n1.hold(2, 1, 1, 1, 1);
        accepts(n1, n1.append(3, 2, 1, 1, 0, entry(2, "2@2")), "2@2 behind 1@1");
        endsWith(n1, 2, 2, CONFLICT);
        accepts(n1, n1.append(2, 7, 0, 0, 0, RaftScript.log(1, 7, 7, 7)), "1@1, 2@7, 3@7 and 4@7");
        accepts(n1, n1.append(3, 8, 2, 7, 0, entry(8, "3@8"), entry(8, "4@8")), "3@8 and 4@8 behind 2@7");
        accepts(n1, n1.append(3, 8, 4, 8, 4), "a heartbeat behind 4@8");
        applies(n1, CONFLICT, "1@1", "2@7", "3@8", "4@8");
    }

    @Graded(step = "1B", points = 1, title = "late and repeated requests remove nothing and add nothing")
    void lateAndRepeatedRequestsRemoveNothingAndAddNothing(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        LogEntry[] log = RaftScript.log(1, 1, 1, 1, 1);
        n1.hold(2, 1, 1, 1, 1);
        accepts(n1, n1.append(2, 1, 0, 0, 0, log[0], log[1]), "1@1 and 2@1 again");
        accepts(n1, n1.append(2, 1, 1, 1, 0), "a late heartbeat behind 1@1");
        accepts(n1, n1.append(2, 1, 0, 0, 0), "a late heartbeat behind nothing");
        accepts(n1, n1.append(2, 1, 2, 1, 0, log[2]), "3@1 again");
        endsWith(n1, 4, 1, CONFLICT);

        accepts(n1, n1.append(2, 9, 2, 1, 0, log[2], log[3], log[4]), "3@1 and 4@1 again, and 5@1");
        accepts(n1, n1.append(2, 9, 5, 1, 4), "a heartbeat behind 5@1");
        accepts(n1, n1.append(2, 9, 2, 1, 3, log[2]), "3@1 again");
        accepts(n1, n1.append(2, 9, 4, 1, 5, log[4]), "5@1 again");
        applies(n1, CONFLICT, "1@1", "2@1", "3@1", "4@1", "5@1");
        endsWith(n1, 5, 1, CONFLICT);
    }

    @Graded(step = "1B", points = 1, title = "a follower commits no further than its log is known to match")
    void aFollowerCommitsNoFurtherThanItsLogIsKnownToMatch(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        LogEntry[] log = RaftScript.log(1, 2, 2, 2);
        n1.hold(2, 1, 1, 1, 1);
        applies(n1, COMMIT);
        accepts(n1, n1.append(3, 2, 1, 1, 3), "a heartbeat behind 1@1");
        applies(n1, COMMIT, "1@1");
        accepts(n1, n1.append(3, 2, 1, 1, 3, log[1]), "2@2 behind 1@1");
        applies(n1, COMMIT, "1@1", "2@2");
        accepts(n1, n1.append(3, 2, 2, 2, 3, log[2], log[3]), "3@2 and 4@2 behind 2@2");
        applies(n1, COMMIT, "1@1", "2@2", "3@2");
        accepts(n1, n1.append(3, 2, 2, 2, 2, log[2]), "3@2 again, with an older leaderCommit");
        applies(n1, COMMIT, "1@1", "2@2", "3@2");
        accepts(n1, n1.append(3, 2, 4, 2, 4), "a heartbeat behind 4@2");
        applies(n1, COMMIT, "1@1", "2@2", "3@2", "4@2");
    }

    // ---- Figure 7 -------------------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "each follower's log of Figure 7 becomes the leader's")
    void eachFollowersLogOfFigure7BecomesTheLeaders(RaftTrial trial) {
        for (Figure7 figure : Figure7.FOLLOWERS) {
            RaftScript n1 = trial.script(3);
            n1.hold(2, figure.terms());
            int agreed = backsUp(n1, figure);
            LogEntry[] log = RaftScript.log(1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8);
            LogEntry[] missing = Arrays.copyOfRange(log, agreed, log.length);
            accepts(n1, n1.append(3, 8, agreed, Figure7.LEADER.term(agreed), 11, missing), "all that it lacks");
            applies(n1, CONFLICT, "1@1", "2@1", "3@1", "4@4", "5@4", "6@5", "7@5", "8@6", "9@6", "10@6", "11@8");
            endsWith(n1, 11, 8, CONFLICT);
        }
    }

    /** n3 leads term 8 and steps back entry by entry to the last one on which it and the node agree; its index. */
    private static int backsUp(RaftScript n1, Figure7 figure) {
        int agreed = 0;
        while (agreed < Figure7.LEADER.length() && figure.term(agreed + 1) == Figure7.LEADER.term(agreed + 1)) {
            agreed++;
        }
        for (int index = Figure7.LEADER.length(); index >= agreed; index--) {
            boolean holds =
                    n1.append(3, 8, index, Figure7.LEADER.term(index), 0).getSuccess();
            n1.expect(
                    holds == (index == agreed),
                    Property.LOG_MATCHING,
                    CONSISTENCY,
                    "n1 with " + figure.label() + " of Figure 7 " + (holds ? "accepted" : "refused")
                            + " a heartbeat behind " + index + "@" + Figure7.LEADER.term(index));
        }
        return agreed;
    }

    // ---- steps ----------------------------------------------------------------------------------------------------

    private static void accepts(RaftScript n1, AppendEntriesReply reply, String what) {
        n1.expect(
                reply.getSuccess(),
                "AppendEntries 2 to 4: accept what follows an entry that is held.",
                "n1 in term " + reply.getTerm() + " refused " + what);
    }

    /** The node has applied exactly {@code commands}. */
    private static void applies(RaftScript n1, String rule, String... commands) {
        n1.run(SHORTLY);
        n1.expect(
                n1.applied() <= commands.length,
                Property.STATE_MACHINE_SAFETY,
                rule,
                "n1 applied index " + n1.applied() + ", and only " + commands.length
                        + " entries were known to be committed");
        n1.expect(
                n1.applied() == commands.length,
                Property.LIVENESS,
                "All servers 1: apply what is committed.",
                "n1 applied " + n1.applied() + " of " + commands.length + " entries that are committed");
        for (int index = 1; index <= commands.length; index++) {
            n1.expect(
                    n1.appliedCommand(index).equals(commands[index - 1]),
                    Property.STATE_MACHINE_SAFETY,
                    rule,
                    "n1 applied " + n1.appliedCommand(index) + " where the leader has " + commands[index - 1]);
        }
    }

    /** The node's next candidacy shows where its log ends. */
    private static void endsWith(RaftScript n1, long index, long term, String rule) {
        RequestVoteRequest stands = n1.awaitCandidate();
        n1.expect(
                stands.getLastLogIndex() == index && stands.getLastLogTerm() == term,
                Property.LOG_MATCHING,
                rule,
                "n1 stands in term " + stands.getTerm() + " with a log that ends with " + stands.getLastLogIndex() + "@"
                        + stands.getLastLogTerm() + " and should end with " + index + "@" + term);
    }
}
