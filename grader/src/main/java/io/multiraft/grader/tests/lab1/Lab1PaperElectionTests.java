// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.sim.ScriptedPeer.Incoming;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftScript;
import io.multiraft.grader.tests.RaftTrial;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Order;

/**
 * The paper as tests: terms, votes and elections (Figure 2 and section 5.2). The real server is {@code n1}; its peers are
 * played by hand.
 */
@Order(1)
final class Lab1PaperElectionTests {
    private static final Duration TIMEOUT_MIN = RaftOptions.DEFAULT.electionTimeoutMin();
    private static final Duration TIMEOUT_MAX = RaftOptions.DEFAULT.electionTimeoutMax();
    private static final Duration HEARTBEAT = RaftOptions.DEFAULT.heartbeatInterval();
    /** For messages on their way, and for servers that look at their clock now and then only. */
    private static final Duration SLACK = HEARTBEAT;

    private static final String OLD_TERM_VOTE =
            "RequestVote 1: refuse candidates of older terms, and tell them the term.";
    private static final String OLD_TERM_ENTRIES =
            "AppendEntries 1: refuse leaders of older terms, and tell them the term.";
    private static final String NEW_TERM = "All servers 2: adopt every higher term that is seen.";
    private static final String ONE_VOTE = "RequestVote 2: one vote in a term.";
    private static final String MAJORITY = "Candidates 2: only the votes of a majority make a leader.";

    // ---- terms ----------------------------------------------------------------------------------------------------

    @Graded(step = "1A", points = 1, title = "requests of older terms are refused and higher terms are adopted")
    void requestsOfOlderTermsAreRefusedAndHigherTermsAreAdopted(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        votes(n1, 2, 5);
        refusesVote(n1, 3, 4, 5, OLD_TERM_VOTE);
        refusesLeader(n1, 3, 4, 5);
        follows(n1, 3, 7);
        refusesVote(n1, 2, 6, 7, OLD_TERM_VOTE);
        refusesLeader(n1, 2, 5, 7);
        follows(n1, 3, 7);

        Incoming<RequestVoteRequest> request = n1.awaitCandidacy();
        n1.voteIn(50, request, false);
        n1.run(Duration.ofMillis(5));
        refusesVote(n1, 3, 49, 50, NEW_TERM);
        votes(n1, 3, 50);
        long term = n1.awaitCandidate().getTerm();
        n1.expect(term == 51, "Candidates 1: increment the term.", "n1 was in term 50 and stands in term " + term);
    }

    @Graded(step = "1A", points = 1, title = "a server votes for one candidate in a term")
    void aServerVotesForOneCandidateInATerm(RaftTrial trial) {
        RaftScript n1 = trial.script(5);
        votes(n1, 2, 3);
        refusesVote(n1, 3, 3, 3, ONE_VOTE);
        refusesVote(n1, 4, 3, 3, ONE_VOTE);
        votes(n1, 3, 4);
        refusesVote(n1, 2, 4, 4, ONE_VOTE);
        follows(n1, 3, 4);
        refusesVote(n1, 2, 4, 4, ONE_VOTE);

        long own = n1.awaitCandidate().getTerm();
        refusesVote(n1, 2, own, own, "Candidates 1: a candidate votes for itself.");
        long led = n1.becomeLeader();
        refusesVote(n1, 5, led, led, "Candidates 1: a leader voted for itself.");
    }

    // ---- candidates -----------------------------------------------------------------------------------------------

    @Graded(step = "1A", points = 1, title = "a candidate follows the leader of its term but none of an older one")
    void aCandidateFollowsTheLeaderOfItsTermButNoneOfAnOlderOne(RaftTrial trial) {
        RaftScript beaten = trial.script(5);
        long term = beaten.awaitCandidate().getTerm();
        for (int heartbeat = 0; heartbeat < 20; heartbeat++) {
            follows(beaten, 3, term);
            beaten.run(HEARTBEAT);
        }
        beaten.expect(
                beaten.takeVoteRequest(2, term + 1).isEmpty(),
                "Candidates 3: a candidate that hears of the leader of its term becomes a follower.",
                "n1 stood for election again although n3 led term " + term + " and sent a heartbeat every 50 ms");

        RaftScript winner = trial.script(5);
        follows(winner, 3, 4);
        Incoming<RequestVoteRequest> first = winner.awaitCandidacy();
        Incoming<RequestVoteRequest> second = winner.awaitVoteRequest(4);
        long won = first.request().getTerm();
        refusesLeader(winner, 3, won - 1, won);
        winner.vote(first, true);
        winner.vote(second, true);
        winner.expect(
                winner.leadsWithin(SLACK, won),
                "Candidates 3: only a leader of the candidate's term, or a later one, ends its candidacy.",
                "n1 got the votes of n2 and n4 in term " + won + " and does not lead, after n3 spoke as leader of term "
                        + (won - 1));
    }

    @Graded(step = "1A", points = 1, title = "elections begin after a random time and are tried again")
    void electionsBeginAfterARandomTimeAndAreTriedAgain(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        List<Duration> waits = new ArrayList<>();
        long term = 0;
        for (int election = 0; election < 12; election++) {
            Duration before = n1.now();
            Incoming<RequestVoteRequest> request = n1.awaitCandidacy();
            waits.add(n1.now().minus(before));
            n1.expect(
                    request.request().getTerm() == term + 1
                            && request.request().getCandidate().equals("n1"),
                    "Candidates 1: increment the term and ask for votes.",
                    "after term " + term + " n1 asks for votes for "
                            + request.request().getCandidate() + " in term "
                            + request.request().getTerm());
            term++;
            n1.vote(n1.awaitVoteRequest(3), false);
            isAnElectionTimeout(n1, waits.get(election), term);
        }
        Duration spread = Collections.max(waits).minus(Collections.min(waits));
        n1.expect(
                spread.toMillis() >= 10,
                Property.LIVENESS,
                "Each election timeout is drawn anew, so that split votes are rare (section 5.2).",
                "12 times in a row n1 waited for " + waits.get(0).toMillis() + " ms");
        aLeaderWithAnOldTermMakesRoom(trial.script(3));
    }

    /** Nobody else has to stand for that: an answer is enough. */
    private static void aLeaderWithAnOldTermMakesRoom(RaftScript n1) {
        long term = n1.becomeLeader();
        n1.answer(
                n1.awaitEntries(2, "a heartbeat", any -> true),
                AppendEntriesReply.newBuilder().setTerm(term + 10).build());
        n1.forgetRequests();
        n1.run(TIMEOUT_MAX.plus(SLACK));
        n1.expect(
                n1.takeVoteRequest(2, term + 11).isPresent(),
                Property.LIVENESS,
                "All servers 2: a leader that sees a higher term becomes a follower, so that a leader of a higher term can be"
                        + " elected.",
                "n2 answered n1, leader of term " + term + ", in term " + (term + 10) + ", and within "
                        + TIMEOUT_MAX.plus(SLACK).toMillis() + " ms n1 did not stand in a term above that");
    }

    private static void isAnElectionTimeout(RaftScript n1, Duration waited, long term) {
        n1.expect(
                waited.compareTo(TIMEOUT_MIN.minusMillis(5)) >= 0 && waited.compareTo(TIMEOUT_MAX.plus(SLACK)) <= 0,
                "Candidates 4: when the election timeout elapses, begin a new election; it is between "
                        + TIMEOUT_MIN.toMillis() + " and " + TIMEOUT_MAX.toMillis() + " ms.",
                "n1 waited for " + waited.toMillis() + " ms before it stood in term " + term);
    }

    // ---- election timer -------------------------------------------------------------------------------------------

    @Graded(
            step = "1A",
            points = 1,
            title = "a granted vote and the current leader hold an election back, nothing else does")
    void aGrantedVoteAndTheCurrentLeaderHoldAnElectionBackNothingElseDoes(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        for (int term = 1; term <= 15; term++) {
            votes(n1, 2 + term % 2, term);
            n1.run(Duration.ofMillis(150));
        }
        hasNotStood(n1, "it had granted a vote every 150 ms");
        for (int heartbeat = 0; heartbeat < 15; heartbeat++) {
            follows(n1, 2, 16);
            n1.run(Duration.ofMillis(150));
        }
        hasNotStood(n1, "n2, the leader of its term, had sent a heartbeat every 150 ms");

        follows(n1, 2, 16);
        standsInTime(n1, "the heartbeats of n3, leader of term 15 only,", () -> n1.append(3, 15, 0, 0, 0));
        follows(n1, 2, 100);
        standsInTime(n1, "the vote requests of n3 in term 99", () -> n1.askVote(3, 99, 0, 0));
        votes(n1, 2, 200);
        standsInTime(n1, "the vote requests of n3 in term 200, in which it voted for n2,", () -> {
            if (n1.takeVoteRequest(3, 201).isEmpty()) {
                n1.askVote(3, 200, 0, 0);
            }
        });
    }

    private static void hasNotStood(RaftScript n1, String although) {
        n1.expect(
                n1.takeVoteRequest(2, 0).isEmpty(),
                "Followers 2: stand for election only if no vote was granted and nothing heard of the leader for an election"
                        + " timeout.",
                "n1 stood although " + although);
    }

    /** Something that must not impress the node happens every 20 ms from now on. */
    private static void standsInTime(RaftScript n1, String what, Runnable happens) {
        Duration begin = n1.now();
        n1.forgetRequests();
        boolean stands = false;
        while (!stands && n1.now().minus(begin).compareTo(TIMEOUT_MAX.plus(SLACK)) <= 0) {
            n1.run(Duration.ofMillis(20));
            stands = n1.takeVoteRequest(2, 0).isPresent();
            happens.run();
        }
        n1.expect(
                stands,
                Property.LIVENESS,
                "Followers 2: only a granted vote or the leader of the current term holds an election back.",
                what + " kept n1 from standing for " + n1.now().minus(begin).toMillis() + " ms");
    }

    // ---- majorities -----------------------------------------------------------------------------------------------

    @Graded(step = "1A", points = 1, title = "the votes of a majority in the candidate's term make a leader")
    void theVotesOfAMajorityInTheCandidatesTermMakeALeader(RaftTrial trial) {
        for (int size = 2; size <= 5; size++) {
            oneVoteDecides(trial.script(size), size);
        }
        RaftScript n1 = trial.script(5);
        List<Incoming<RequestVoteRequest>> early = List.of(n1.awaitCandidacy(), n1.awaitVoteRequest(3));
        long term = n1.awaitCandidate().getTerm();
        n1.vote(n1.awaitVoteRequest(4), true);
        early.forEach(request -> n1.vote(request, true));
        n1.expect(
                !n1.leadsWithin(SLACK, term),
                Property.ELECTION_SAFETY,
                MAJORITY,
                "n1 leads term " + term
                        + " of 5 servers with the vote of n4, and with those of n2 and n3 in the term before");
        n1.vote(n1.awaitVoteRequest(5), true);
        n1.expect(
                n1.leadsWithin(SLACK, term),
                MAJORITY,
                "n1 got the votes of n4 and n5 in term " + term + " and does not lead");
    }

    /** All votes but one are refused, lost or repeated; then that one comes. */
    private static void oneVoteDecides(RaftScript n1, int size) {
        int needed = size / 2;
        long term = n1.awaitCandidate().getTerm();
        for (int peer = 3; peer < 2 + needed; peer++) {
            Incoming<RequestVoteRequest> request = n1.awaitVoteRequest(peer);
            n1.vote(request, true);
            n1.vote(request, true);
        }
        n1.expect(
                !n1.leadsWithin(Duration.ofMillis(100), term),
                Property.ELECTION_SAFETY,
                MAJORITY,
                "n1 leads term " + term + " of " + size + " servers with " + (needed - 1) + " votes besides its own");
        if (size == 2) {
            n1.becomeLeader();
            return;
        }
        n1.vote(n1.awaitVoteRequest(2 + needed), true);
        n1.expect(
                n1.leadsWithin(SLACK, term),
                MAJORITY,
                "n1 got " + needed + " votes besides its own in term " + term + " of " + size
                        + " servers and does not lead");
    }

    // ---- leaders --------------------------------------------------------------------------------------------------

    @Graded(step = "1A", points = 1, title = "a leader sends heartbeats at once and until it sees a higher term")
    void aLeaderSendsHeartbeatsAtOnceAndUntilItSeesAHigherTerm(RaftTrial trial) {
        RaftScript n1 = trial.script(4);
        long term = n1.becomeLeader();
        for (int peer = 2; peer <= 4; peer++) {
            heartbeatsReach(n1, peer, term);
        }
        n1.answer(
                n1.awaitEntries(4, "a heartbeat", any -> true),
                AppendEntriesReply.newBuilder().setTerm(term + 10).build());
        isSilent(n1, "n4 answered its heartbeat in term " + (term + 10));

        term = n1.becomeLeader();
        n1.askVote(3, term + 10, 0, 0);
        isSilent(n1, "n3 asked for its vote in term " + (term + 10));

        term = n1.becomeLeader();
        follows(n1, 4, term + 10);
        isSilent(n1, "n4 led term " + (term + 10));

        Incoming<RequestVoteRequest> late = n1.awaitCandidacy();
        term = late.request().getTerm();
        n1.vote(n1.awaitVoteRequest(3), true);
        n1.vote(n1.awaitVoteRequest(4), true);
        n1.expect(
                n1.leadsWithin(SLACK, term),
                MAJORITY,
                "n1 got 2 votes in term " + term + " of 4 servers and does not lead");
        n1.voteIn(term + 10, late, false);
        isSilent(n1, "n2 answered its vote request in term " + (term + 10));
    }

    private static void heartbeatsReach(RaftScript n1, int peer, long term) {
        Duration heard = n1.now();
        for (int heartbeat = 0; heartbeat < 10; heartbeat++) {
            n1.confirm(n1.awaitEntries(
                    peer,
                    "a heartbeat in term " + term,
                    any -> any.getTerm() == term && any.getLeader().equals("n1")));
            // a leader that hears no majority may step down
            for (int other = 2; other <= 4; other++) {
                n1.takeEntries(other, any -> any.getTerm() == term).ifPresent(n1::confirm);
            }
            Duration silence = n1.now().minus(heard);
            n1.expect(
                    silence.compareTo(HEARTBEAT.plusMillis(25)) <= 0,
                    "Leaders 1: send heartbeats at once after the election and every " + HEARTBEAT.toMillis() + " ms.",
                    "n1, leader of term " + term + ", let n" + peer + " wait for " + silence.toMillis() + " ms");
            heard = n1.now();
        }
    }

    private static void isSilent(RaftScript n1, String because) {
        n1.run(Duration.ofMillis(5));
        n1.forgetRequests();
        n1.run(Duration.ofMillis(120));
        n1.expect(
                n1.takeEntries(2, any -> true).isEmpty(),
                "All servers 2: a leader that sees a higher term becomes a follower.",
                "n1 went on sending heartbeats in term " + n1.leaderTerm() + " after " + because);
    }

    // ---- one request, one answer ----------------------------------------------------------------------------------

    private static void votes(RaftScript n1, int candidate, long term) {
        RequestVoteReply reply = n1.askVote(candidate, term, 0, 0);
        n1.expect(
                reply.getVoteGranted() && reply.getTerm() == term,
                "RequestVote 2: vote for the first candidate of a term whose log is no worse.",
                "n1 refused n" + candidate + " in term " + term + " and answered in term " + reply.getTerm());
    }

    private static void refusesVote(RaftScript n1, int candidate, long term, long own, String rule) {
        RequestVoteReply reply = n1.askVote(candidate, term, 0, 0);
        Property property = rule.equals(OLD_TERM_VOTE) ? Property.PROTOCOL : Property.VOTE_ONCE;
        n1.expect(
                !reply.getVoteGranted(),
                property,
                rule,
                "n1 granted its vote to n" + candidate + " in term " + term + " although it was in term " + own);
        n1.expect(
                reply.getTerm() == own,
                rule,
                "n1 was in term " + own + " and answered n" + candidate + " in term " + reply.getTerm());
    }

    private static void follows(RaftScript n1, int leader, long term) {
        AppendEntriesReply reply = n1.append(leader, term, 0, 0, 0);
        n1.expect(
                reply.getSuccess() && reply.getTerm() == term,
                "Followers 1: answer the heartbeats of a leader whose term is not older.",
                "n1 refused n" + leader + " in term " + term + " and answered in term " + reply.getTerm());
    }

    private static void refusesLeader(RaftScript n1, int leader, long term, long own) {
        AppendEntriesReply reply = n1.append(leader, term, 0, 0, 0);
        n1.expect(
                !reply.getSuccess() && reply.getTerm() == own,
                OLD_TERM_ENTRIES,
                "n1 was in term " + own + " and answered n" + leader + ", leader of term " + term + ", with "
                        + reply.getSuccess() + " in term " + reply.getTerm());
    }
}
