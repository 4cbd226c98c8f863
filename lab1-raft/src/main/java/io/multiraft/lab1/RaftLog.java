// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab1;

import com.google.protobuf.CodedOutputStream;
import io.multiraft.node.TodoException;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.LogEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of a server's log, in memory. The log begins behind a base: the last entry that a snapshot replaced, of
 * which only index and term are left; before the first compaction that is index 0 of term 0. What a snapshot replaced
 * is committed, so all logs agree up to their bases.
 *
 * <p>Invariants: each index behind {@code baseIndex} up to {@code lastIndex} has an entry; terms never go down.
 */
final class RaftLog {
    private final List<LogEntry> entries = new ArrayList<>();
    private long baseIndex;
    private long baseTerm;

    /** Index of the last entry that a snapshot replaced; 0 if there is none. */
    long baseIndex() {
        return baseIndex;
    }

    /** Term of the entry at {@link #baseIndex}; 0 if there is none. */
    long baseTerm() {
        return baseTerm;
    }

    /** Index of the last entry, replaced by a snapshot or not. */
    long lastIndex() {
        return baseIndex + entries.size();
    }

    /** Term of the last entry, replaced by a snapshot or not. */
    long lastTerm() {
        return term(lastIndex());
    }

    /**
     * The term of the entry at {@code index}.
     *
     * @throws IndexOutOfBoundsException if that is neither the base nor in the log
     */
    long term(long index) {
        return index == baseIndex ? baseTerm : get(index).getTerm();
    }

    /**
     * The entry at {@code index}.
     *
     * @throws IndexOutOfBoundsException if the log does not hold it, or not any more
     */
    LogEntry get(long index) {
        if (index <= baseIndex || index > lastIndex()) {
            throw new IndexOutOfBoundsException(
                    "the log holds indices " + (baseIndex + 1) + " to " + lastIndex() + ", not " + index);
        }
        return entries.get((int) (index - baseIndex - 1));
    }

    // ---- consistency with a leader's log ----------------------------------------------------------------------------

    /**
     * Whether the log is known to hold an entry of {@code term} at {@code index}. Nothing is known below the base, and
     * nobody needs to ask: what a snapshot replaced is committed, hence the same in the leader's log.
     */
    boolean matches(long index, long term) {
        throw new TodoException("1B", "say whether the log holds an entry of this term at this index");
    }

    /**
     * How many of {@code leaderEntries}, the leader's entries behind {@code prevIndex}, this log holds: those before
     * the first one that it lacks or that conflicts with it.
     */
    int held(long prevIndex, List<LogEntry> leaderEntries) {
        throw new TodoException("1B", "count the entries that the log holds already");
    }

    /**
     * The first index in this log with the same term as the entry at {@code index}: a follower's hint. It is behind the
     * base, unless {@code index} is the base itself.
     */
    long firstIndexOfTermAt(long index) {
        throw new TodoException("1B", "find where the term of a conflicting entry begins");
    }

    /**
     * The index from which a leader with this log tries again, after a follower refused entries behind
     * {@code prevIndex} (end of section 5.3): one step passes over all entries of a term that cannot match.
     *
     * @param conflictTerm the follower's term at {@code prevIndex}; 0 if it has no entry there
     * @param conflictIndex the follower's first index of that term, or the first that it lacks; 0: no hint
     */
    long retryFrom(long prevIndex, long conflictTerm, long conflictIndex) {
        throw new TodoException("1B", "choose where to try again after a follower refused");
    }

    // ---- changes ----------------------------------------------------------------------------------------------------

    /** Adds {@code entry} behind the last one. */
    void append(LogEntry entry) {
        throw new TodoException("1B", "append an entry to the log");
    }

    /** Removes the entry at {@code index}, which the log holds, and all that follow it. */
    void truncateFrom(long index) {
        throw new TodoException("1B", "remove the entry at an index and all that follow it");
    }

    /** Drops all entries up to and including {@code index}, which the log holds; it becomes the base. */
    void compactTo(long index) {
        throw new TodoException("1D", "drop the entries that a snapshot replaces");
    }

    /** Drops all entries; the log is empty behind a base at {@code index} of {@code term}. */
    void restartBehind(long index, long term) {
        throw new TodoException("1D", "begin an empty log behind a snapshot");
    }

    // ---- what a leader sends ----------------------------------------------------------------------------------------

    /**
     * The entries from {@code index} on, which is behind the base, as long as they take no more than {@code maxBytes}
     * of a message in all, but at least {@code least} of them if the log has so many.
     */
    List<LogEntry> from(long index, int least, long maxBytes) {
        throw new TodoException("1B", "collect the entries for one AppendEntries");
    }

    /** How many bytes {@code entry} takes in an AppendEntries. */
    static int sizeInMessage(LogEntry entry) {
        return CodedOutputStream.computeMessageSize(AppendEntriesRequest.ENTRIES_FIELD_NUMBER, entry);
    }
}
