// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

import java.time.Duration;

/**
 * Times and limits, the same for all members of a group.
 *
 * @param heartbeatInterval the leader lets no follower wait longer than this for an AppendEntries
 * @param electionTimeoutMin a follower that hears nothing for a time drawn between min (inclusive) and max (exclusive)
 *     becomes a candidate
 * @param electionTimeoutMax see {@code electionTimeoutMin}
 * @param maxPayloadBytes most bytes of entries, as encoded, in an AppendEntries (one longer entry travels alone) and of
 *     records in an InstallSnapshot (one longer record travels alone), counted with their protobuf tags or without; with
 *     the envelope a message stays below 1 MiB
 * @param maxCommandBytes a longer command is refused
 */
public record RaftOptions(
        Duration heartbeatInterval,
        Duration electionTimeoutMin,
        Duration electionTimeoutMax,
        int maxPayloadBytes,
        int maxCommandBytes) {

    /** 50 ms; 200 to 400 ms; 512 KiB; 768 KiB. */
    public static final RaftOptions DEFAULT = new RaftOptions(
            Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMillis(400), 512 << 10, 768 << 10);

    /** No message between nodes is longer than this, in bytes, its envelope included. */
    public static final int MAX_MESSAGE_BYTES = 1 << 20;

    public RaftOptions {
        if (heartbeatInterval.compareTo(electionTimeoutMin) >= 0
                || electionTimeoutMin.compareTo(electionTimeoutMax) >= 0) {
            throw new IllegalArgumentException("heartbeat interval " + heartbeatInterval
                    + ", least and greatest election timeout " + electionTimeoutMin + ", " + electionTimeoutMax
                    + " must be in ascending order");
        }
    }

    /** The same at another pace: election timeouts are 4 to 8 times as long as the interval between heartbeats. */
    public RaftOptions withHeartbeatInterval(Duration interval) {
        return new RaftOptions(
                interval, interval.multipliedBy(4), interval.multipliedBy(8), maxPayloadBytes, maxCommandBytes);
    }

    /** The same with other limits of the payload; tests make it small to see many messages. */
    public RaftOptions withMaxPayloadBytes(int bytes) {
        return new RaftOptions(heartbeatInterval, electionTimeoutMin, electionTimeoutMax, bytes, maxCommandBytes);
    }
}
