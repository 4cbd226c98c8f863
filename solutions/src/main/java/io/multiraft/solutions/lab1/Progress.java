// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import io.multiraft.node.Address;
import io.multiraft.raft.rpc.LogEntry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a leader knows of one follower, and what is on its way to it.
 *
 * <p>The follower is <em>probed</em> as long as it is not known to hold the entry before {@code nextIndex}: it gets
 * AppendEntries without entries, until one of them matches. Then entries are <em>streamed</em>: {@code nextIndex} moves
 * when they leave, not when they are confirmed, so that a few messages can be on their way at a time. A follower that
 * needs entries which are compacted already gets a <em>snapshot</em>.
 */
final class Progress {

    /** How many AppendEntries with entries may be on their way at a time. */
    static final int WINDOW = 4;

    private final Address peer;
    private final int windowBytes;

    /** Index of the next entry to send; always behind {@code matchIndex}. */
    private long nextIndex;

    /** Index of the highest entry known to be replicated on the follower; never goes down within a term. */
    private long matchIndex;

    private boolean probing;
    private int attempt;

    // region 1B
    /** An AppendEntries that is on its way, by its last entry and the size of its entries. */
    private record Sent(long lastIndex, long bytes) {}

    private final Deque<Sent> inFlight = new ArrayDeque<>();
    private long bytesInFlight;
    private long sentBeforeHeartbeat;
    private int unansweredHeartbeats;

    // endregion
    // region 1D
    /** A follower that has not answered so many heartbeats is dead. */
    private static final int DEAD_AFTER_HEARTBEATS = 20;

    private boolean catchingUp;
    private Optional<SnapshotSender> snapshot = Optional.empty();

    // endregion
    /**
     * A follower of which nothing is known but where it is reached.
     *
     * @param lastIndex of the leader's log
     * @param windowBytes most bytes of entries that may be on their way at a time; one longer entry travels alone
     */
    Progress(Address peer, long lastIndex, int windowBytes) {
        this.peer = peer;
        this.windowBytes = windowBytes;
        this.nextIndex = lastIndex + 1;
        this.probing = lastIndex > 0;
    }

    /** Where the follower is reached. */
    Address peer() {
        return peer;
    }

    /** Index of the next entry to send. */
    long nextIndex() {
        return nextIndex;
    }

    /** Index of the highest entry known to be replicated on the follower; 0 at first. */
    long matchIndex() {
        return matchIndex;
    }

    /** Number of the present attempt: each step back begins a new one and makes refusals of former ones old news. */
    int attempt() {
        return attempt;
    }

    /**
     * Whether the follower is probed, and {@code log} still knows the entry before {@code nextIndex}, for which it is to
     * be asked. If not, it waits for entries, or for a snapshot.
     */
    boolean canBeProbed(RaftLog log) {
        // region 1B | throw new TodoException("1B", "say whether there is something to ask this follower for");
        return probing && nextIndex > log.baseIndex();
        // endregion
    }

    /** The entries of {@code log} that may leave now; none while the follower is probed or enough is on its way. */
    List<LogEntry> entriesToSend(RaftLog log) {
        // region 1B | throw new TodoException("1B", "choose the entries that this follower gets next");
        if (probing || inFlight.size() == WINDOW || nextIndex <= log.baseIndex()) {
            return List.of();
        }
        return log.from(nextIndex, inFlight.isEmpty() ? 1 : 0, windowBytes - bytesInFlight);
        // endregion
    }

    /** {@code entries}, those from {@link #nextIndex} on, leave in one message. */
    void sent(List<LogEntry> entries) {
        // region 1B | throw new TodoException("1B", "move nextIndex behind entries that are on their way");
        nextIndex += entries.size();
        long bytes = entries.stream().mapToLong(RaftLog::sizeInMessage).sum();
        inFlight.add(new Sent(nextIndex - 1, bytes));
        bytesInFlight += bytes;
        // endregion
    }

    /**
     * A heartbeat leaves.
     *
     * @return the index that it asks the follower for; when probing, that before {@code nextIndex}. Otherwise the index
     *     before {@code nextIndex} as it was at the last heartbeat, but at least {@code matchIndex}: anything younger may
     *     be on its way yet. So each loss is noticed, and no detour mistaken for one.
     */
    long heartbeat() {
        // region 1B | throw new TodoException("1B", "choose what a heartbeat asks the follower for");
        long asked = probing ? nextIndex - 1 : Math.max(matchIndex, sentBeforeHeartbeat);
        sentBeforeHeartbeat = nextIndex - 1;
        unansweredHeartbeats++;
        return asked;
        // endregion
    }

    // region 2D
    /** The index that a message out of turn asks the follower for: nothing that may be on its way yet. */
    long safeToAsk() {
        return probing ? nextIndex - 1 : matchIndex;
    }

    // endregion
    /** The follower holds everything up to {@code index}. */
    void confirmed(long index) {
        // region 1B | throw new TodoException("1B", "move matchIndex, never back");
        matchIndex = Math.max(matchIndex, index);
        while (!inFlight.isEmpty() && inFlight.element().lastIndex() <= matchIndex) {
            bytesInFlight -= inFlight.remove().bytes();
        }
        if (probing || nextIndex <= matchIndex) {
            nextIndex = matchIndex + 1;
            probing = false;
            sentBeforeHeartbeat = matchIndex;
        }
        // endregion
    }

    /**
     * The follower refused an AppendEntries, because it does not hold the entry before it.
     *
     * @param sentInAttempt the {@link #attempt} in which that was sent
     * @param prevIndex index of the entry before it
     * @param lastIndex index of its last entry; {@code prevIndex} if it had none
     * @param retryFrom where to try next; brought above {@code matchIndex}, and to {@code prevIndex} at most, if need be
     * @return whether {@code nextIndex} went back; otherwise the answer is old news: sent in a former attempt, or about
     *     entries that were confirmed since ({@code lastIndex <= matchIndex})
     */
    boolean refused(int sentInAttempt, long prevIndex, long lastIndex, long retryFrom) {
        // region 1B | throw new TodoException("1B", "move nextIndex back, but never to matchIndex, and only for news");
        if (sentInAttempt != attempt || lastIndex <= matchIndex) {
            return false;
        }
        stepBackTo(Math.max(matchIndex + 1, Math.min(retryFrom, prevIndex)));
        return true;
        // endregion
    }

    // region 1B
    private void stepBackTo(long index) {
        nextIndex = index;
        probing = index > matchIndex + 1;
        attempt++;
        inFlight.clear();
        bytesInFlight = 0;
        sentBeforeHeartbeat = matchIndex;
    }

    // endregion
    /** The snapshot that is on its way to the follower, if it gets one. */
    Optional<SnapshotSender> snapshot() {
        // region 1D | return Optional.empty();
        return snapshot;
        // endregion
    }

    /** The snapshot of {@code sender}, which is returned, is on its way from now on. */
    SnapshotSender beginSnapshot(SnapshotSender sender) {
        // region 1D | throw new TodoException("1D", "remember which snapshot is on its way");
        snapshot = Optional.of(sender);
        catchingUp = true;
        return sender;
        // endregion
    }

    /** The snapshot has arrived, or is not needed any more, or not by this leader; nothing happens if there is none. */
    void endSnapshot() {
        // region 1D |
        snapshot.ifPresent(SnapshotSender::close);
        snapshot = Optional.empty();
        // endregion
    }

    // region 1D
    /** The follower has answered something, while the log ends at {@code lastIndex}. */
    void heard(long lastIndex) {
        unansweredHeartbeats = 0;
        catchingUp &= nextIndex <= lastIndex;
    }

    /**
     * Up to where this follower does not need a log that begins behind {@code baseIndex}: what it holds, or gets with its
     * snapshot, if it has got one and catches up since. Any other one needs nothing, nor does a dead one, nor one that
     * entries alone cannot help.
     */
    long unneeded(long baseIndex) {
        long held = Math.max(
                matchIndex, snapshot.map(SnapshotSender::lastIncludedIndex).orElse(0L));
        boolean dead = unansweredHeartbeats > DEAD_AFTER_HEARTBEATS;
        return !catchingUp || dead || held < baseIndex ? Long.MAX_VALUE : held;
    }
    // endregion
}
