// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import static io.multiraft.grader.tests.RaftScript.entry;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.harness.RaftHarness.Accepted;
import io.multiraft.grader.sim.ScriptedPeer.Incoming;
import io.multiraft.grader.tests.Graded;
import io.multiraft.grader.tests.RaftScript;
import io.multiraft.grader.tests.RaftTrial;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.raft.rpc.SnapshotRecord;
import io.multiraft.storage.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Order;

/** The paper as tests: log compaction (section 7 and Figure 13). Offsets count records. */
@Order(5)
final class Lab1PaperSnapshotTests {
    private static final Duration SHORTLY = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int CHUNK = 4;

    private static final String SEND =
            "A leader sends a snapshot to a follower that lacks entries which it has dropped (section 7).";
    private static final String BOUNDARY =
            "The last index and term that a snapshot replaced go on counting as the log's (section 7).";
    private static final String CHUNKS =
            "InstallSnapshot 2 to 5: the snapshot is complete when all its chunks, and no others, are there in order.";
    private static final String INSTALL =
            "InstallSnapshot 6 to 8: keep what follows a matching entry, else drop the whole log; the snapshot replaces the"
                    + " state.";

    // ---- the leader's side ----------------------------------------------------------------------------------------

    @Graded(
            step = "1D",
            points = 1,
            title = "a follower that lacks dropped entries gets a snapshot and what follows it")
    void aFollowerThatLacksDroppedEntriesGetsASnapshotAndWhatFollowsIt(RaftTrial trial) {
        RaftScript n1 = compacting(trial, 4);
        long term = n1.becomeLeader();
        Accepted last = commitLongCommands(n1);
        PaperFollower n3 = new PaperFollower(n1, 3);
        getsOneSnapshot(n1, n3);
        Accepted next = Lab1PaperLeaderTests.proposed(n1, "next");
        Lab1PaperLeaderTests.committed(n1, next, "next", n3);
        n1.expect(
                n3.baseIndex() >= last.index() - 4 && n3.chunks().size() >= 3,
                SEND,
                "n3, whose log was empty, got " + n3.chunks().size() + " chunks of a state of 2 MB up to index "
                        + n3.baseIndex() + " from n1, which had compacted its log at least up to index "
                        + (last.index() - 4));
        for (InstallSnapshotRequest chunk : n3.chunks()) {
            n1.expect(
                    chunk.getTerm() == term && chunk.getLeader().equals("n1") && chunk.getLastIncludedTerm() == term,
                    "InstallSnapshot carries the leader's term and name and the term of the last entry (Figure 13).",
                    "n1, leader of term " + term + ", sent n3 a chunk of " + chunk.getLeader() + " in term "
                            + chunk.getTerm() + " that ends with an entry of term " + chunk.getLastIncludedTerm());
        }
        isStateAt(n1, n3.records(), n3.baseIndex());
        viewsAreClosed(n1, "n3 had confirmed its snapshot");
    }

    private static void viewsAreClosed(RaftScript n1, String why) {
        n1.run(Duration.ofSeconds(1));
        n1.expect(
                n1.openSnapshots() == 0,
                Property.SIZE_BUDGET,
                "A snapshot holds resources until it is closed: close it when it has arrived, or is given up.",
                "a second after " + why + " n1 holds " + n1.openSnapshots()
                        + " that it had asked its state machine for");
    }

    /** n3 confirms a snapshot; all AppendEntries that it could accept are lost for a while. */
    private static void getsOneSnapshot(RaftScript n1, PaperFollower n3) {
        n3.acceptsOnly(any -> false);
        n1.expect(
                PaperFollower.followUntil(n1, PATIENCE, () -> n3.baseIndex() > 0, n3),
                Property.LIVENESS,
                SEND,
                "n3, whose log was empty, did not get the whole of one from n1");
        int chunks = n3.chunks().size();
        PaperFollower.follow(n1, SHORTLY.multipliedBy(2), n3);
        n3.acceptsOnly(any -> true);
        n1.expect(
                n3.chunks().size() <= chunks + 3,
                Property.RPC_BUDGET,
                "A follower that has confirmed a snapshot gets entries, and no snapshot again (section 7).",
                "n1 sent n3 " + (n3.chunks().size() - chunks) + " chunks more");
    }

    @Graded(step = "1D", points = 1, title = "a leader repeats lost chunks and begins again when it is asked to")
    void aLeaderRepeatsLostChunksAndBeginsAgainWhenItIsAskedTo(RaftTrial trial) {
        RaftScript n1 = compacting(trial, 4);
        n1.becomeLeader();
        commitLongCommands(n1);
        awaitChunk(n1, 0);
        InstallSnapshotRequest lost = awaitChunk(n1, 0).request();
        Incoming<InstallSnapshotRequest> first = awaitChunk(n1, 0);
        n1.expect(
                first.request().getRecordsCount() > 0 && !lost.getDone(),
                SEND,
                "n1 sent n3 a first chunk with " + first.request().getRecordsCount() + " records of a state of 2 MB");
        asksFor(n1, first, first.request().getRecordsCount());
        asksFor(n1, awaitChunk(n1, first.request().getRecordsCount()), 0);
        awaitChunk(n1, 0);

        PaperFollower n3 = new PaperFollower(n1, 3);
        Accepted next = Lab1PaperLeaderTests.proposed(n1, "next");
        Lab1PaperLeaderTests.committed(n1, next, "next", n3);
        isStateAt(n1, n3.records(), n3.baseIndex());
    }

    /** Ten commands of 200 kB, which n1 and n2 agree on; the last of them. */
    private static Accepted commitLongCommands(RaftScript n1) {
        PaperFollower n2 = new PaperFollower(n1, 2);
        Accepted last = Lab1PaperLeaderTests.proposed(n1, "first");
        for (int i = 1; i <= 10; i++) {
            String command = i + "x".repeat(200_000);
            Accepted entry = Lab1PaperLeaderTests.proposed(n1, command);
            Lab1PaperLeaderTests.committed(n1, entry, command, n2);
            last = entry;
        }
        return last;
    }

    /** The next chunk to n3 at {@code offset}; n3 has no log and says so. */
    private static Incoming<InstallSnapshotRequest> awaitChunk(RaftScript n1, long offset) {
        Duration end = n1.now().plusSeconds(2);
        while (n1.now().compareTo(end) < 0) {
            n1.run(Duration.ofMillis(1));
            n1.takeEntries(3, any -> any.getPrevLogIndex() > 0 && any.getTerm() == n1.leaderTerm())
                    .ifPresent(entries -> n1.deny(entries, 0, 0));
            Optional<Incoming<InstallSnapshotRequest>> chunk = n1.takeSnapshot(3);
            if (chunk.filter(any -> any.request().getOffset() == offset).isPresent()) {
                return chunk.get();
            }
        }
        throw new Violation(
                Property.LIVENESS,
                SEND + " But for 2 s n1 sent no chunk at offset " + offset
                        + " to n3, which has no log and waits for it.");
    }

    private static void asksFor(RaftScript n1, Incoming<InstallSnapshotRequest> chunk, long nextOffset) {
        n1.answer(
                chunk,
                InstallSnapshotReply.newBuilder()
                        .setTerm(chunk.request().getTerm())
                        .setNextOffset(nextOffset)
                        .build());
    }

    private static void isStateAt(RaftScript n1, List<SnapshotRecord> records, long index) {
        n1.expect(
                !records.isEmpty()
                        && Keys.toLong(records.get(records.size() - 1).getValue(), 0) == index,
                Property.STATE_MACHINE_SAFETY,
                "A snapshot is the state right after its last entry (section 7).",
                "n1 sent a snapshot that names index " + index + " and holds another state, in " + records.size()
                        + " records");
    }

    // ---- the log behind a snapshot ----------------------------------------------------------------------------------

    @Graded(step = "1D", points = 1, title = "entries around the dropped part are neither lost nor repeated")
    void entriesAroundTheDroppedPartAreNeitherLostNorRepeated(RaftTrial trial) {
        RaftScript n1 = compacting(trial, 4);
        LogEntry[] log = RaftScript.log(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        n1.hold(2, 1, 1, 1, 1, 1, 1);
        accepts(n1, n1.append(2, 1, 6, 1, 5), "a heartbeat behind index 6");
        appliedUpTo(n1, 5);
        accepts(n1, n1.append(2, 1, 4, 1, 5, log[4], log[5]), "entries right behind the dropped part");
        accepts(n1, n1.append(2, 1, 4, 1, 5), "a heartbeat right behind the dropped part");
        n1.append(2, 1, 0, 0, 5, log[0], log[1]);
        AppendEntriesReply overlap = n1.append(2, 1, 2, 1, 5, log[2], log[3], log[4], log[5], log[6]);
        if (!overlap.getSuccess()) {
            accepts(n1, n1.append(2, 1, 6, 1, 5, log[6]), "the entry at index 7");
        }
        accepts(n1, n1.append(2, 1, 7, 1, 7), "a heartbeat behind index 7");
        appliedUpTo(n1, 7);
        accepts(n1, n1.append(2, 1, 7, 1, 8, log[7]), "the entry at index 8");
        appliedUpTo(n1, 8);
        accepts(n1, n1.append(2, 1, 8, 1, 8, log[8], log[9]), "entries behind a log that is dropped altogether");
        n1.append(3, 2, 7, 1, 8, log[7], log[8], entry(2, "10@2"));
        accepts(n1, n1.append(3, 2, 8, 1, 8, log[8], entry(2, "10@2")), "an entry of n3 at index 10");
        endsWith(n1, 10, 2, BOUNDARY);
    }

    @Graded(step = "1D", points = 1, title = "votes compare the whole log after compaction, and after a restart")
    void votesCompareTheWholeLogAfterCompactionAndAfterARestart(RaftTrial trial) {
        RaftScript n1 = compacting(trial, 4);
        n1.hold(2, 1, 1, 2, 2);
        accepts(n1, n1.append(2, 2, 4, 2, 4), "a heartbeat behind index 4");
        appliedUpTo(n1, 4);
        comparesWith4Of2(n1, 10);
        endsWith(n1, 4, 2, BOUNDARY);
        n1.restart();
        comparesWith4Of2(n1, 20);
        endsWith(n1, 4, 2, BOUNDARY);
        n1.restart();
        accepts(n1, n1.append(3, 30, 4, 2, 5, entry(30, "5@30")), "an entry right behind the dropped part");
        appliedUpTo(n1, 5);
        endsWith(n1, 5, 30, BOUNDARY);
    }

    private static void comparesWith4Of2(RaftScript n1, long term) {
        compares(n1, term, 3, 2, false);
        compares(n1, term + 1, 9, 1, false);
        compares(n1, term + 2, 0, 0, false);
        compares(n1, term + 3, 4, 2, true);
        compares(n1, term + 4, 1, 3, true);
    }

    private static void compares(RaftScript n1, long term, long lastLogIndex, long lastLogTerm, boolean grants) {
        RequestVoteReply reply = n1.askVote(3, term, lastLogIndex, lastLogTerm);
        n1.expect(
                reply.getVoteGranted() == grants,
                grants ? Property.PROTOCOL : Property.LEADER_COMPLETENESS,
                BOUNDARY,
                "n1, whose log ended with index 4 of term 2 before it dropped it, " + (grants ? "refused" : "granted")
                        + " in term " + reply.getTerm() + " its vote to n3, whose log ends with index " + lastLogIndex
                        + " of term " + lastLogTerm);
    }

    // ---- the follower's side --------------------------------------------------------------------------------------

    @Graded(step = "1D", points = 1, title = "snapshots of older terms or older states change nothing")
    void snapshotsOfOlderTermsOrOlderStatesChangeNothing(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        LogEntry[] log = RaftScript.log(1, 1, 1, 1, 1, 1);
        n1.hold(2, 1, 1, 1, 1, 1, 1);
        accepts(n1, n1.append(2, 1, 6, 1, 4), "a heartbeat behind index 6");
        appliedUpTo(n1, 4);
        for (int index = 3; index <= 4; index++) {
            InstallSnapshotReply covered =
                    n1.installSnapshot(2, StateRecords.after(log, index).whole("n2", 1));
            n1.expect(
                    covered.getDone(),
                    Property.LIVENESS,
                    "A follower whose state covers a snapshot says so, so that the leader goes on behind it.",
                    "n1, which has applied index 4, does not confirm a snapshot of index " + index);
            appliedUpTo(n1, 4);
            accepts(n1, n1.append(2, 1, 6, 1, 4), "a heartbeat behind index 6");
        }
        n1.append(3, 5, 6, 1, 4);
        InstallSnapshotReply late =
                n1.installSnapshot(2, StateRecords.after(log, 6).whole("n2", 1));
        n1.expect(
                !late.getDone() && late.getTerm() == 5,
                "InstallSnapshot 1: refuse leaders of older terms, and tell them the term.",
                "n1 was in term 5 and answered n2, leader of term 1, with " + late.getDone() + " in term "
                        + late.getTerm());
        appliedUpTo(n1, 4);
        InstallSnapshotReply newer =
                n1.installSnapshot(3, StateRecords.after(log, 3).whole("n3", 8));
        n1.expect(
                newer.getTerm() == 8 && n1.askVote(2, 7, 9, 6).getTerm() == 8,
                "All servers 2: adopt every higher term that is seen.",
                "n1 got a snapshot of the leader of term 8 and answered in term " + newer.getTerm());
        endsWith(n1, 6, 1, INSTALL);
        aLongSnapshotHoldsAnElectionBack(trial.script(3));
    }

    private static void aLongSnapshotHoldsAnElectionBack(RaftScript n1) {
        StateRecords state = StateRecords.after(RaftScript.log(1, 1, 1, 1, 1, 1), 6);
        for (int chunk = 0; chunk < 15; chunk++) {
            n1.installSnapshot(2, state.chunk("n2", 1, 0, CHUNK));
            n1.run(Duration.ofMillis(150));
        }
        n1.expect(
                n1.takeVoteRequest(3, 0).isEmpty(),
                Property.LIVENESS,
                "A server remains a follower as long as it receives valid requests from a leader (section 5.2).",
                "n1 stood although n2, the leader of its term, had sent a chunk of a snapshot every 150 ms");
    }

    @Graded(step = "1D", points = 1, title = "a snapshot keeps what follows a matching entry and else drops the log")
    void aSnapshotKeepsWhatFollowsAMatchingEntryAndElseDropsTheLog(RaftTrial trial) {
        RaftScript kept = installed(trial, 1, 1, 1, 1);
        kept.expect(
                kept.append(3, 3, 6, 1, 4).getSuccess(),
                Property.DURABILITY,
                INSTALL,
                "n1 had confirmed its log up to index 6, got a snapshot that ends with its own entry at index 4, and says"
                        + " that it does not hold index 6 any more");
        survives(kept, 6, 1);

        RaftScript dropped = installed(trial, 1, 1, 3, 3);
        survives(dropped, 4, 3);
        accepts(dropped, dropped.append(2, 50, 4, 3, 5, entry(50, "5@50")), "an entry right behind the snapshot");
        appliedUpTo(dropped, 5);
        survives(dropped, 5, 50);

        RaftScript longer = installed(trial, 1, 1, 1, 1, 1, 1, 1, 1);
        survives(longer, 8, 1);
    }

    /** A server with six entries of term 1 gets from n3, leader of term 3, the snapshot of a log with {@code terms}. */
    private static RaftScript installed(RaftTrial trial, long... terms) {
        RaftScript n1 = trial.script(3);
        n1.hold(2, 1, 1, 1, 1, 1, 1);
        InstallSnapshotReply reply = n1.installSnapshot(
                3, StateRecords.after(RaftScript.log(terms), terms.length).whole("n3", 3));
        n1.expect(
                reply.getDone(),
                Property.LIVENESS,
                INSTALL,
                "n1 did not confirm a snapshot of one chunk that covers index " + terms.length);
        appliedUpTo(n1, terms.length);
        return n1;
    }

    private static void survives(RaftScript n1, long index, long term) {
        endsWith(n1, index, term, INSTALL);
        n1.restart();
        endsWith(n1, index, term, INSTALL);
    }

    @Graded(step = "1D", points = 1, title = "chunks that are repeated, missing or of another snapshot do no harm")
    void chunksThatAreRepeatedMissingOrOfAnotherSnapshotDoNoHarm(RaftTrial trial) {
        RaftScript n1 = trial.script(3);
        StateRecords old = StateRecords.after(RaftScript.log(1, 1, 1, 1, 1, 1, 1, 1, 1), 9);
        isIncomplete(n1, n1.installSnapshot(2, old.chunk("n2", 1, CHUNK, CHUNK)), 0);
        isIncomplete(n1, n1.installSnapshot(2, old.chunk("n2", 1, 0, CHUNK)), CHUNK);
        isIncomplete(n1, n1.installSnapshot(2, old.chunk("n2", 1, 0, CHUNK)), CHUNK);
        isIncomplete(n1, n1.installSnapshot(2, old.chunk("n2", 1, 2 * CHUNK, CHUNK)), CHUNK);

        // the newer snapshot lacks a record that the older one has brought already: slot 3 is not used
        LogEntry[] log = RaftScript.log(1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2);
        log[2] = entry(1, "");
        StateRecords state = StateRecords.after(log, 11);
        InstallSnapshotReply first = n1.installSnapshot(3, state.chunk("n3", 2, CHUNK, CHUNK));
        isNotInstalled(n1, first);
        InstallSnapshotReply reply = first;
        for (int chunk = 0; !reply.getDone() && chunk < 10; chunk++) {
            reply = n1.installSnapshot(3, state.chunk("n3", 2, (int) reply.getNextOffset(), CHUNK));
        }
        n1.expect(
                reply.getDone(),
                Property.LIVENESS,
                CHUNKS,
                "n1 got each chunk that it asked for and did not confirm the last");
        appliedUpTo(n1, 11);

        long term = n1.becomeLeader(2);
        n1.answer(
                awaitChunk(n1, 0),
                InstallSnapshotReply.newBuilder().setTerm(term + 10).build());
        viewsAreClosed(n1, "it had stepped down while it sent a snapshot");
        n1.becomeLeader(2); // because the answer's term has deposed it
        PaperFollower n3 = new PaperFollower(n1, 3);
        n1.expect(
                PaperFollower.followUntil(n1, PATIENCE, () -> n3.baseIndex() > 0, n3),
                Property.LIVENESS,
                SEND,
                "n1, whose log begins behind a snapshot, sent none to n3, whose log is empty");
        n1.expect(
                n3.records().equals(state.records()),
                Property.STATE_MACHINE_SAFETY,
                CHUNKS,
                "n1 got first chunks of one snapshot and then all those of another one, of "
                        + state.records().size() + " records, and sends n3 " + differs(state.records(), n3.records()));
        asksFor(n1, first, 0);
    }

    private static String differs(List<SnapshotRecord> sent, List<SnapshotRecord> held) {
        List<SnapshotRecord> more = new ArrayList<>(held);
        more.removeAll(sent);
        String kept = more.isEmpty()
                ? ""
                : "; one that is not from there is " + more.get(0).getKey().toStringUtf8();
        return held.size() + " records as its state" + kept;
    }

    private static void isIncomplete(RaftScript n1, InstallSnapshotReply reply, long nextOffset) {
        isNotInstalled(n1, reply);
        asksFor(n1, reply, nextOffset);
    }

    private static void isNotInstalled(RaftScript n1, InstallSnapshotReply reply) {
        n1.expect(
                !reply.getDone() && n1.applied() == 0,
                Property.STATE_MACHINE_SAFETY,
                CHUNKS,
                "n1 installed a snapshot of which it lacks chunks");
    }

    private static void asksFor(RaftScript n1, InstallSnapshotReply reply, long nextOffset) {
        n1.expect(
                reply.getNextOffset() == nextOffset || reply.getNextOffset() == 0,
                CHUNKS,
                "n1 has " + nextOffset + " records of a snapshot and asks for its chunk at offset "
                        + reply.getNextOffset());
    }

    // ---- steps ----------------------------------------------------------------------------------------------------

    private static RaftScript compacting(RaftTrial trial, long every) {
        RaftScript n1 = trial.script(3);
        n1.compactEvery(every);
        n1.restart();
        return n1;
    }

    private static void accepts(RaftScript n1, AppendEntriesReply reply, String what) {
        n1.expect(reply.getSuccess(), BOUNDARY, "n1, in term " + reply.getTerm() + ", refused " + what);
    }

    private static void appliedUpTo(RaftScript n1, long index) {
        n1.run(SHORTLY);
        n1.expect(
                n1.applied() <= index,
                Property.STATE_MACHINE_SAFETY,
                "All servers 1: apply only what is committed.",
                "n1 applied index " + n1.applied() + " where only index " + index + " is committed");
        n1.expect(
                n1.applied() == index,
                Property.LIVENESS,
                "All servers 1: apply what is committed; a snapshot's state counts as applied.",
                "n1 stands at index " + n1.applied() + " where index " + index + " is committed");
    }

    private static void endsWith(RaftScript n1, long index, long term, String rule) {
        RequestVoteRequest stands = n1.awaitCandidate();
        n1.expect(
                stands.getLastLogIndex() == index && stands.getLastLogTerm() == term,
                Property.LOG_MATCHING,
                rule,
                "n1 stands in term " + stands.getTerm() + " with a log that ends with index " + stands.getLastLogIndex()
                        + " of term " + stands.getLastLogTerm() + ", and should end with index " + index + " of term "
                        + term);
    }
}
