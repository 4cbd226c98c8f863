// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import static io.multiraft.grader.tests.RaftScript.entry;
import static io.multiraft.grader.tests.RaftScript.lastIndex;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.harness.RaftHarness.Accepted;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftScript;
import io.multiraft.grader.tests.RaftTrial;
import io.multiraft.raft.rpc.LogEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;

/**
 * The paper as tests: leaders and commitment (Figure 2, Rules for Servers; sections 5.3 and 5.4.2; Figures 7 and 8). A leader
 * may begin its term with an empty entry of its own: indices are read from what it says.
 */
@Order(3)
final class Lab1PaperLeaderTests {
    private static final Duration SHORTLY = Duration.ofMillis(100);
    private static final Duration RETRIES = Duration.ofSeconds(5);

    private static final String MAJORITY = "Leaders 4: an entry is committed when a majority holds it.";
    private static final String OWN_TERM =
            "Leaders 4: only entries of the leader's own term are committed by counting who holds them (Figure 8).";
    private static final String MATCH =
            "Leaders 3: matchIndex follows from the request that was confirmed in this term, and from nothing else.";
    private static final String BRING_UP =
            "Leaders 3: step back after a refusal and send a follower all that it lacks.";

    // ---- counting -------------------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "a leader commits what a majority confirms and nothing before")
    void aLeaderCommitsWhatAMajorityConfirmsAndNothingBefore(RaftTrial trial) {
        RaftScript alone = trial.script(1);
        alone.run(Duration.ofSeconds(1));
        committed(alone, proposed(alone, "alone"), "alone");
        for (int size = 2; size <= 5; size++) {
            oneConfirmationDecides(trial.script(size), size);
        }
        onlyConfirmationsOfTheEntryCount(trial.script(5));
    }

    private static void oneConfirmationDecides(RaftScript n1, int size) {
        n1.becomeLeader();
        Accepted entry = proposed(n1, "x");
        int needed = size / 2;
        PaperFollower[] followers = IntStream.range(2, 2 + needed)
                .mapToObj(peer -> new PaperFollower(n1, peer))
                .toArray(PaperFollower[]::new);
        PaperFollower last = followers[needed - 1];
        last.acceptsOnly(entries -> lastIndex(entries) < entry.index());
        PaperFollower.follow(n1, SHORTLY, followers);
        notCommitted(n1, entry, MAJORITY, "only " + needed + " of " + size + " servers held it");
        last.acceptsOnly(entries -> true);
        committed(n1, entry, "x", followers);
        n1.awaitEntries(2, "the news that its entry is committed", any -> any.getLeaderCommit() >= entry.index());
    }

    /** n2 confirms an entry, n3 refuses what it can, n5 confirms late what came before the entry; n4 decides. */
    private static void onlyConfirmationsOfTheEntryCount(RaftScript n1) {
        isRefused(n1, "while it followed");
        long term = n1.becomeLeader();
        PaperFollower n2 = new PaperFollower(n1, 2);
        PaperFollower n3 = new PaperFollower(n1, 3);
        PaperFollower n4 = new PaperFollower(n1, 4);
        PaperFollower n5 = new PaperFollower(n1, 5);
        Accepted first = proposed(n1, "first");
        n5.withholds(any -> true);
        committed(n1, first, "first", n2, n4, n5);

        Accepted second = proposed(n1, "second");
        n3.acceptsOnly(any -> false);
        n5.acceptsOnly(any -> false);
        PaperFollower.follow(n1, SHORTLY, n2, n3, n5);
        n5.release();
        notCommitted(n1, second, MATCH, "n2 had confirmed it, n3 refused, and n5 confirmed what came before it");
        committed(n1, second, "second", n4);

        n1.append(3, term + 1, 0, 0, 0);
        isRefused(n1, "after n3 had become leader");
    }

    private static void isRefused(RaftScript n1, String when) {
        n1.expect(
                n1.propose("refused").isEmpty(),
                "Leaders 2: only the leader takes commands from clients.",
                "n1 accepted a command " + when);
    }

    // ---- answers that come late -----------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "late answers make a leader neither commit nor forget")
    void lateAnswersMakeALeaderNeitherCommitNorForget(RaftTrial trial) {
        confirmationOfAnEarlierReign(trial.script(5));
        matchIndexOfAnEarlierReign(trial.script(5));
        refusalsOfLongAgo(trial.script(3));
    }

    /** n2 stores three entries; its answer arrives when n1 has lost them and leads again. */
    private static void confirmationOfAnEarlierReign(RaftScript n1) {
        long first = n1.becomeLeader(2, 3);
        Accepted lost = proposed(n1, "lost 1");
        proposed(n1, "lost 2");
        proposed(n1, "lost 3");
        PaperFollower n2 = new PaperFollower(n1, 2);
        n2.withholds(entries -> lastIndex(entries) >= lost.index());
        PaperFollower.follow(n1, SHORTLY, n2);
        LogEntry other = entry(first + 1, "of n3");
        n1.append(3, first + 1, 0, 0, 0, other);

        long second = n1.becomeLeader(4, 5);
        Accepted entry = proposed(n1, "kept");
        PaperFollower.follow(n1, SHORTLY, new PaperFollower(n1, 4, other));
        n2.release();
        notCommitted(
                n1,
                entry,
                MATCH,
                "only n4 had confirmed it in term " + second + "; what n2 confirmed up to index " + n2.lastIndex()
                        + " was of term " + first);
        committed(n1, entry, "kept", new PaperFollower(n1, 5, other));
    }

    /** n2 confirms three entries; then n1 loses them and leads again. */
    private static void matchIndexOfAnEarlierReign(RaftScript n1) {
        long first = n1.becomeLeader(2, 3);
        Accepted lost = proposed(n1, "lost 1");
        proposed(n1, "lost 2");
        proposed(n1, "lost 3");
        PaperFollower.follow(n1, SHORTLY, new PaperFollower(n1, 2));
        LogEntry other = entry(first + 1, "of n3");
        n1.append(3, first + 1, 0, 0, 0, other);

        long second = n1.becomeLeader(4, 5);
        Accepted entry = proposed(n1, "kept");
        PaperFollower.follow(n1, SHORTLY, new PaperFollower(n1, 4, other));
        notCommitted(
                n1,
                entry,
                MATCH,
                "only n4 had confirmed it in term " + second + "; n2 had confirmed index " + lost.index()
                        + " and following in term " + first + ", to which n1 had other entries then");
        committed(n1, entry, "kept", new PaperFollower(n1, 5, other));
    }

    /** n3 refuses many requests, but its refusals arrive only when it holds everything. */
    private static void refusalsOfLongAgo(RaftScript n1) {
        n1.hold(2, 1, 1, 1);
        n1.becomeLeader(3);
        PaperFollower n2 = new PaperFollower(n1, 2); // so that n1 hears a majority
        PaperFollower n3 = new PaperFollower(n1, 3);
        n3.withholds(any -> true);
        PaperFollower.follow(n1, Duration.ofMillis(400), n2, n3);
        n3.withholds(any -> false);
        committed(n1, proposed(n1, "x"), "x", n2, n3);
        n3.release();
        PaperFollower.follow(n1, SHORTLY, n2, n3);
        committed(n1, proposed(n1, "y"), "y", n2, n3);

        PaperFollower.follow(n1, SHORTLY, n2, n3);
        int requests = n3.requestsWithEntries();
        PaperFollower.follow(n1, SHORTLY.multipliedBy(5), n2, n3);
        n1.expect(
                n3.requestsWithEntries() == requests,
                Property.RPC_BUDGET,
                "Leaders 3: after a success nextIndex and matchIndex are known, whatever was refused before.",
                "n1 sent entries to n3 " + (n3.requestsWithEntries() - requests)
                        + " times more, although n3 had confirmed all, because of refusals from before");
    }

    // ---- Figure 7 -------------------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "a leader brings up each follower of Figure 7")
    void aLeaderBringsUpEachFollowerOfFigure7(RaftTrial trial) {
        RaftScript n1 = trial.script(7);
        PaperFollower[] followers = IntStream.range(0, Figure7.FOLLOWERS.size())
                .mapToObj(i ->
                        new PaperFollower(n1, i + 2, Figure7.FOLLOWERS.get(i).log()))
                .toArray(PaperFollower[]::new);
        List.of(0, 3, 5).forEach(i -> followers[i].givesHints());
        n1.hold(4, Figure7.LEADER.terms());
        n1.append(5, 7, 10, 6, 0);
        n1.becomeLeader(2, 3, 6);
        for (int i = 1; i <= 4; i++) {
            proposed(n1, "long command " + i + "x".repeat(300 << 10));
        }
        Accepted last = proposed(n1, "last");
        for (PaperFollower follower : followers) {
            catchesUp(n1, follower, last, followers);
        }
        committed(n1, last, "last", followers);
    }

    private static void catchesUp(RaftScript n1, PaperFollower follower, Accepted last, PaperFollower... all) {
        String name = Figure7.FOLLOWERS.get(follower.number() - 2).label();
        LogEntry[] log = Figure7.LEADER.log();
        boolean caughtUp = PaperFollower.followUntil(
                n1,
                RETRIES,
                () -> follower.entryAt(last.index())
                        .filter(e -> e.getTerm() == last.term())
                        .isPresent(),
                all);
        n1.expect(
                caughtUp,
                Property.LIVENESS,
                BRING_UP,
                "n1, leader of term " + last.term() + ", did not bring its entry at index " + last.index() + " to n"
                        + follower.number() + " with " + name);
        for (int index = 1; index <= log.length; index++) {
            n1.expect(
                    follower.entryAt(index).equals(Optional.of(log[index - 1])),
                    Property.LOG_MATCHING,
                    BRING_UP,
                    "n" + follower.number() + " with " + name + " was left with another entry at index " + index);
        }
        n1.expect(
                follower.refusals() <= 30,
                Property.RPC_BUDGET,
                "Leaders 3: each refusal is a step back, so there are no more of them than entries.",
                "n" + follower.number() + " with " + name + " had to refuse " + follower.refusals() + " times");
    }

    // ---- Figure 8 -------------------------------------------------------------------------------------------------

    @Graded(step = "1B", points = 1, title = "an entry of an older term is not committed by counting, as in Figure 8")
    void anEntryOfAnOlderTermIsNotCommittedByCountingAsInFigure8(RaftTrial trial) {
        RaftScript overwritten = trial.script(5);
        long term = figure8(overwritten, () -> {}).term();
        overwritten.append(5, term + 1, 0, 0, 2, entry(3, "by n5"), entry(term + 1, "by n5, too"));
        overwritten.run(SHORTLY);
        overwritten.expect(
                overwritten.applied() == 2 && overwritten.appliedCommand(1).equals("by n5"),
                Property.STATE_MACHINE_SAFETY,
                "Figure 8 (d): n5 may be elected and overwrite the entry of the older term.",
                "n1 applied " + overwritten.applied() + " entries, the first of which is not n5's");
        figure8e(trial.script(5));
    }

    /** (e): the leader replicates an entry of its own term, and with that one the older one is committed, too. */
    private static void figure8e(RaftScript n1) {
        Figure8 figure = figure8(n1, () -> {});
        Accepted own = proposed(n1, "of its own term");
        figure.n2().acceptsOnly(any -> true);
        figure.n3().acceptsOnly(any -> true);
        committed(n1, own, "of its own term", figure.n2(), figure.n3());
    }

    /** Where Figure 8 (c) ends: n1 leads {@code term}, and n2 and n3 hold its entry of an older term. */
    record Figure8(long term, PaperFollower n2, PaperFollower n3) {}

    /**
     * Figure 8 (a) to (c), with terms as there: n1 leads term 2 and n5 term 3; then n1 is elected again, and its entry of
     * term 2 reaches n2 and n3. The entry is so long that it travels alone.
     */
    static Figure8 figure8(RaftScript n1, Runnable betweenReigns) {
        n1.append(4, 1, 0, 0, 0);
        long older = n1.becomeLeader(2, 3);
        Accepted old = proposed(n1, "older" + "x".repeat(600 << 10));
        n1.append(5, older + 1, 0, 0, 0);
        betweenReigns.run();
        long term = n1.becomeLeader(2, 3);

        PaperFollower n2 = new PaperFollower(n1, 2);
        PaperFollower n3 = new PaperFollower(n1, 3);
        n2.acceptsOnly(entries -> lastIndex(entries) <= old.index());
        n3.acceptsOnly(entries -> lastIndex(entries) <= old.index());
        boolean reached = PaperFollower.followUntil(
                n1, RETRIES, () -> Math.min(n2.lastIndex(), n3.lastIndex()) == old.index(), n2, n3);
        n1.expect(
                reached,
                Property.LIVENESS,
                BRING_UP,
                "n1, leader of term " + term + ", did not bring its entry of term " + older + " to n2 and n3");
        PaperFollower.follow(n1, SHORTLY.multipliedBy(3), n2, n3);
        notCommitted(n1, old, OWN_TERM, "n1 leads term " + term + ", and n2 and n3 have confirmed that entry alone");
        return new Figure8(term, n2, n3);
    }

    // ---- steps ----------------------------------------------------------------------------------------------------

    static Accepted proposed(RaftScript n1, String command) {
        return n1.propose(command)
                .orElseThrow(() -> new Violation(
                        Property.LIVENESS,
                        "Leaders 2: take commands from clients. But n1 leads and refused a command."));
    }

    /** The node applies an entry as soon as {@code peers} have answered. */
    static void committed(RaftScript n1, Accepted entry, String command, PaperFollower... peers) {
        n1.expect(
                PaperFollower.followUntil(n1, RETRIES, () -> n1.applied() >= entry.index(), peers),
                Property.LIVENESS,
                MAJORITY,
                "n1, leader of term " + entry.term() + ", did not apply index " + entry.index()
                        + ", which a majority could confirm");
        n1.expect(
                n1.appliedCommand(entry.index()).equals(command),
                Property.STATE_MACHINE_SAFETY,
                "Leaders 2: apply a command at the index that was promised for it.",
                "n1 applied \"" + n1.appliedCommand(entry.index()) + "\" at index " + entry.index() + " instead of \""
                        + command + "\"");
    }

    private static void notCommitted(RaftScript n1, Accepted entry, String rule, String although) {
        n1.run(SHORTLY);
        n1.expect(
                n1.applied() < entry.index(),
                Property.LEADER_COMPLETENESS,
                rule,
                "n1 applied index " + entry.index() + " of term " + entry.term() + " when " + although);
    }
}
