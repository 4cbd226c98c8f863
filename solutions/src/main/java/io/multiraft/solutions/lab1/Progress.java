// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

/**
 * What a leader knows of one follower. As long as it does not know where their logs match it probes with empty
 * AppendEntries; afterwards it streams entries, several messages ahead of the confirmations.
 */
final class Progress {

    /** How many AppendEntries with entries may be on their way at a time. */
    private static final int WINDOW = 8;

    /** After so many heartbeats without any confirmation, entries on their way count as lost. */
    private static final int PATIENCE = 2;

    /** Index of the next entry to send. */
    private long nextIndex;
    /** Index of the highest entry known to be replicated. */
    private long matchIndex;

    private boolean probing = true;
    private int inFlight;
    private int heartbeatsWithoutAnswer;

    Progress(long lastIndex) {
        nextIndex = lastIndex + 1;
    }

    long nextIndex() {
        return nextIndex;
    }

    long matchIndex() {
        return matchIndex;
    }

    boolean isProbing() {
        return probing;
    }

    /** The index behind which an AppendEntries without entries asks: matched already while entries are on their way. */
    long heartbeatIndex() {
        return inFlight > 0 ? matchIndex : nextIndex - 1;
    }

    // region 1B
    /** Whether entries may be sent now. */
    boolean mayStream() {
        return !probing && inFlight < WINDOW;
    }

    /** {@code count} entries leave in one message. */
    void sent(int count) {
        nextIndex += count;
        inFlight++;
    }

    /** A heartbeat leaves. */
    void heartbeatSent() {
        if (inFlight > 0 && ++heartbeatsWithoutAnswer > PATIENCE) {
            probeFrom(matchIndex + 1);
        }
    }

    /** The follower holds everything up to {@code index}; {@code withEntries}: it says so of a message with entries. */
    void confirmed(long index, boolean withEntries) {
        matchIndex = Math.max(matchIndex, index);
        if (withEntries && inFlight > 0) {
            inFlight--;
            heartbeatsWithoutAnswer = 0;
        }
        if (probing) {
            probing = false;
            inFlight = 0;
            nextIndex = matchIndex + 1;
        }
        nextIndex = Math.max(nextIndex, matchIndex + 1);
    }

    /**
     * The follower does not hold the entry at {@code prevIndex}; {@code hint} is where to try next.
     *
     * @return whether that is news: otherwise the answer was late or came twice
     */
    boolean rejected(long prevIndex, long hint) {
        long next = Math.max(matchIndex + 1, Math.min(hint, prevIndex));
        if (prevIndex <= matchIndex || next >= nextIndex) {
            return false;
        }
        probeFrom(next);
        return true;
    }

    private void probeFrom(long index) {
        nextIndex = index;
        probing = true;
        inFlight = 0;
        heartbeatsWithoutAnswer = 0;
    }
    // endregion
}
