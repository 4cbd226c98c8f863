// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import io.multiraft.grader.sim.ScriptedPeer.Incoming;
import io.multiraft.grader.tests.RaftScript;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.SnapshotRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A peer with a log of its own that answers {@code n1}, as long as that leads, word for word by Figures 2 and 13. It does
 * nothing unless {@link #follow} lets it.
 */
final class PaperFollower {
    private static final Duration STEP = Duration.ofMillis(1);

    private final RaftScript script;
    private final int number;
    private final List<LogEntry> log = new ArrayList<>();
    private final List<InstallSnapshotRequest> chunks = new ArrayList<>();
    private final List<SnapshotRecord> records = new ArrayList<>();
    private final List<Runnable> withheld = new ArrayList<>();
    private Predicate<AppendEntriesRequest> accepts = request -> true;
    private Predicate<AppendEntriesRequest> withholds = request -> false;
    private boolean hints;
    private long baseIndex;
    private long baseTerm;
    private int refusals;
    private int requestsWithEntries;

    /** The peer {@code n<number>} with a log. */
    PaperFollower(RaftScript script, int number, LogEntry... log) {
        this.script = script;
        this.number = number;
        this.log.addAll(List.of(log));
    }

    /** It gives hints with its refusals from now on. */
    void givesHints() {
        hints = true;
    }

    /** What it would accept and does not fit is lost on its way from now on. */
    void acceptsOnly(Predicate<AppendEntriesRequest> fits) {
        accepts = fits;
    }

    /** Its answers to what fits do not leave from now on, until {@link #release}. */
    void withholds(Predicate<AppendEntriesRequest> fits) {
        withholds = fits;
    }

    /** The answers that were withheld leave now. */
    void release() {
        withheld.forEach(Runnable::run);
        withheld.clear();
    }

    /** Its number. */
    int number() {
        return number;
    }

    /** Index of its last entry. */
    long lastIndex() {
        return baseIndex + log.size();
    }

    /** Index of the last entry that a snapshot replaced; 0 for none. */
    long baseIndex() {
        return baseIndex;
    }

    /** Its entry at {@code index}, if it has one. */
    Optional<LogEntry> entryAt(long index) {
        return index > baseIndex && index <= lastIndex()
                ? Optional.of(log.get((int) (index - baseIndex - 1)))
                : Optional.empty();
    }

    /** How often it has refused entries. */
    int refusals() {
        return refusals;
    }

    /** How many requests with entries it got. */
    int requestsWithEntries() {
        return requestsWithEntries;
    }

    /** All chunks of snapshots that it got. */
    List<InstallSnapshotRequest> chunks() {
        return chunks;
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /** Lets time pass while {@code peers} answer what comes. */
    static void follow(RaftScript script, Duration time, PaperFollower... peers) {
        followUntil(script, time, () -> false, peers);
    }

    /** Lets {@code peers} answer what comes until something is reached; whether it is, within {@code time}. */
    static boolean followUntil(RaftScript script, Duration time, BooleanSupplier reached, PaperFollower... peers) {
        Duration end = script.now().plus(time);
        while (!reached.getAsBoolean()) {
            if (script.now().compareTo(end) >= 0) {
                return false;
            }
            script.run(STEP);
            Stream.of(peers).forEach(PaperFollower::answerAll);
        }
        return true;
    }

    private void answerAll() {
        Predicate<AppendEntriesRequest> current = request -> request.getTerm() == script.leaderTerm();
        Optional<Incoming<AppendEntriesRequest>> entries = script.takeEntries(number, current);
        while (entries.isPresent()) {
            appendEntries(entries.get());
            entries = script.takeEntries(number, current);
        }
        Optional<Incoming<InstallSnapshotRequest>> chunk = script.takeSnapshot(number);
        while (chunk.isPresent()) {
            installSnapshot(chunk.get());
            chunk = script.takeSnapshot(number);
        }
    }

    // ---- AppendEntries ----------------------------------------------------------------------------------------------

    private void appendEntries(Incoming<AppendEntriesRequest> incoming) {
        AppendEntriesRequest request = incoming.request();
        requestsWithEntries += request.getEntriesCount() > 0 ? 1 : 0;
        long prevLogIndex = request.getPrevLogIndex();
        if (prevLogIndex > lastIndex()
                || (prevLogIndex >= baseIndex && term(prevLogIndex) != request.getPrevLogTerm())) {
            refuse(incoming);
        } else if (accepts.test(request)) {
            for (int i = 0; i < request.getEntriesCount(); i++) {
                store(prevLogIndex + 1 + i, request.getEntries(i));
            }
            answer(request, () -> script.confirm(incoming));
        }
    }

    private void refuse(Incoming<AppendEntriesRequest> incoming) {
        refusals++;
        long prevLogIndex = incoming.request().getPrevLogIndex();
        long conflictTerm = hints && prevLogIndex <= lastIndex() ? term(prevLogIndex) : 0;
        long conflictIndex = hints ? Math.min(firstIndexOfTermAt(prevLogIndex), lastIndex() + 1) : 0;
        answer(incoming.request(), () -> script.deny(incoming, conflictTerm, conflictIndex));
    }

    private long firstIndexOfTermAt(long index) {
        long first = index;
        while (index <= lastIndex() && first > baseIndex + 1 && term(first - 1) == term(index)) {
            first--;
        }
        return first;
    }

    private void answer(AppendEntriesRequest request, Runnable answer) {
        if (withholds.test(request)) {
            withheld.add(answer);
        } else {
            answer.run();
        }
    }

    private void store(long index, LogEntry entry) {
        if (index <= baseIndex) {
            return;
        }
        if (index <= lastIndex() && term(index) != entry.getTerm()) {
            log.subList((int) (index - baseIndex - 1), log.size()).clear();
        }
        if (index > lastIndex()) {
            log.add(entry);
        }
    }

    private long term(long index) {
        return index == baseIndex
                ? baseTerm
                : log.get((int) (index - baseIndex - 1)).getTerm();
    }

    // ---- InstallSnapshot --------------------------------------------------------------------------------------------

    private void installSnapshot(Incoming<InstallSnapshotRequest> incoming) {
        InstallSnapshotRequest chunk = incoming.request();
        chunks.add(chunk);
        if (chunk.getLastIncludedIndex() <= baseIndex) {
            answer(incoming, true);
            return;
        }
        if (chunk.getOffset() == 0) {
            records.clear();
        }
        boolean next = chunk.getOffset() == records.size();
        if (next) {
            records.addAll(chunk.getRecordsList());
        }
        if (next && chunk.getDone()) {
            log.clear();
            baseIndex = chunk.getLastIncludedIndex();
            baseTerm = chunk.getLastIncludedTerm();
        }
        answer(incoming, next && chunk.getDone());
    }

    private void answer(Incoming<InstallSnapshotRequest> incoming, boolean done) {
        script.answer(
                incoming,
                InstallSnapshotReply.newBuilder()
                        .setTerm(incoming.request().getTerm())
                        .setNextOffset(done ? 0 : records.size())
                        .setDone(done)
                        .build());
    }

    /** The records of the last snapshot that it got. */
    List<SnapshotRecord> records() {
        return records;
    }
}
