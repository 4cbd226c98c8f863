// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import io.multiraft.raft.rpc.LogEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of a node's log, in memory. The log begins behind a base: the last entry that a snapshot replaced, of which
 * only index and term are left; before the first compaction that is index 0 of term 0.
 *
 * <p>Invariants: indices have no gaps; terms never go down; every index in {@code (baseIndex, lastIndex]} has an entry.
 */
final class RaftLog {
    private long baseIndex;
    private long baseTerm;
    private final List<LogEntry> entries = new ArrayList<>();

    /** Index of the last entry that a snapshot replaced. */
    long baseIndex() {
        return baseIndex;
    }

    /** Term of the last entry that a snapshot replaced. */
    long baseTerm() {
        return baseTerm;
    }

    /** Index of the last entry, the base included. */
    long lastIndex() {
        return baseIndex + entries.size();
    }

    /** Term of the last entry, the base included. */
    long lastTerm() {
        return term(lastIndex());
    }

    /**
     * The term of the entry at {@code index}, which is the base or an entry that the log holds.
     *
     * @throws IndexOutOfBoundsException if it is neither
     */
    long term(long index) {
        return index == baseIndex ? baseTerm : get(index).getTerm();
    }

    /**
     * The entry at {@code index}.
     *
     * @throws IndexOutOfBoundsException if the log does not hold it
     */
    LogEntry get(long index) {
        if (index <= baseIndex || index > lastIndex()) {
            throw new IndexOutOfBoundsException(
                    "the log holds indices " + (baseIndex + 1) + " to " + lastIndex() + ", not " + index);
        }
        return entries.get((int) (index - baseIndex - 1));
    }

    /** Whether the log holds an entry, or has its base, at {@code index} with {@code term}. */
    boolean matches(long index, long term) {
        // region 1B | return false;
        return index >= baseIndex && index <= lastIndex() && term(index) == term;
        // endregion
    }

    /** Adds {@code entry} behind the last one. */
    void append(LogEntry entry) {
        // region 1B | throw new TodoException("1B", "append an entry to the log");
        entries.add(entry);
        // endregion
    }

    /** Removes the entry at {@code index} and all that follow it. */
    void truncateFrom(long index) {
        // region 1B | throw new TodoException("1B", "remove the entry at an index and all that follow it");
        entries.subList((int) (index - baseIndex - 1), entries.size()).clear();
        // endregion
    }

    /** The entries from {@code index} on, up to {@code maxBytes} of commands in all, but at least one if there is one. */
    List<LogEntry> from(long index, int maxBytes) {
        // region 1B | throw new TodoException("1B", "collect the entries for one AppendEntries");
        List<LogEntry> batch = new ArrayList<>();
        long bytes = 0;
        for (long i = index; i <= lastIndex(); i++) {
            LogEntry entry = get(i);
            bytes += entry.getSerializedSize();
            if (bytes > maxBytes && !batch.isEmpty()) {
                break;
            }
            batch.add(entry);
        }
        return batch;
        // endregion
    }

    /** The first index that the log holds with the same term as the entry at {@code index}. */
    long firstIndexOfTermAt(long index) {
        // region 1B | throw new TodoException("1B", "find where the term of a conflicting entry begins");
        long first = index;
        while (first - 1 > baseIndex && term(first - 1) == term(index)) {
            first--;
        }
        return first;
        // endregion
    }

    /** The last index not above {@code limit} whose entry has a term of at most {@code term}; the base if there is none. */
    long lastIndexOfTermUpTo(long term, long limit) {
        // region 1B | throw new TodoException("1B", "find the last entry that may match a follower's conflicting term");
        long index = Math.min(limit, lastIndex());
        while (index > baseIndex && term(index) > term) {
            index--;
        }
        return Math.max(index, baseIndex);
        // endregion
    }

    /** Drops everything up to and including {@code index}, which becomes the base. */
    void compactTo(long index) {
        // region 1D | throw new TodoException("1D", "drop the entries that a snapshot replaces");
        long term = term(index);
        entries.subList(0, (int) (index - baseIndex)).clear();
        baseIndex = index;
        baseTerm = term;
        // endregion
    }

    /** Drops everything; the log is empty behind {@code index} of {@code term}. */
    void restartBehind(long index, long term) {
        // region 1C | throw new TodoException("1C", "begin an empty log behind a base");
        entries.clear();
        baseIndex = index;
        baseTerm = term;
        // endregion
    }
}
