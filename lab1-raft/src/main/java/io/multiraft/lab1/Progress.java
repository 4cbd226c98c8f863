// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab1;

import io.multiraft.node.Address;
import io.multiraft.node.TodoException;
import io.multiraft.raft.rpc.LogEntry;
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
        throw new TodoException("1B", "say whether there is something to ask this follower for");
    }

    /** The entries of {@code log} that may leave now; none while the follower is probed or enough is on its way. */
    List<LogEntry> entriesToSend(RaftLog log) {
        throw new TodoException("1B", "choose the entries that this follower gets next");
    }

    /** {@code entries}, those from {@link #nextIndex} on, leave in one message. */
    void sent(List<LogEntry> entries) {
        throw new TodoException("1B", "move nextIndex behind entries that are on their way");
    }

    /**
     * A heartbeat leaves.
     *
     * @return the index that it asks the follower for; when probing, that before {@code nextIndex}. Otherwise the index
     *     before {@code nextIndex} as it was at the last heartbeat, but at least {@code matchIndex}: anything younger may
     *     be on its way yet. So each loss is noticed, and no detour mistaken for one.
     */
    long heartbeat() {
        throw new TodoException("1B", "choose what a heartbeat asks the follower for");
    }

    /** The follower holds everything up to {@code index}. */
    void confirmed(long index) {
        throw new TodoException("1B", "move matchIndex, never back");
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
        throw new TodoException("1B", "move nextIndex back, but never to matchIndex, and only for news");
    }

    /** The snapshot that is on its way to the follower, if it gets one. */
    Optional<SnapshotSender> snapshot() {
        // TODO 1D
        return Optional.empty();
    }

    /** The snapshot of {@code sender}, which is returned, is on its way from now on. */
    SnapshotSender beginSnapshot(SnapshotSender sender) {
        throw new TodoException("1D", "remember which snapshot is on its way");
    }

    /** The snapshot has arrived, or is not needed any more, or not by this leader; nothing happens if there is none. */
    void endSnapshot() {
        // TODO 1D
    }
}
