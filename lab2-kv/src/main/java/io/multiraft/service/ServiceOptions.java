// SPDX-License-Identifier: Apache-2.0
package io.multiraft.service;

import io.multiraft.raft.RaftOptions;
import java.time.Duration;

/**
 * Times and limits of a replicated service, the same for all members.
 *
 * @param raft of the group
 * @param answerTimeout who waits longer for a command to be committed is told so
 * @param compactAfterBytes the log is compacted when the commands applied since the last time are together longer than this
 */
public record ServiceOptions(RaftOptions raft, Duration answerTimeout, long compactAfterBytes) {

    /** {@link RaftOptions#DEFAULT}; 2 s; 8 MiB. */
    public static final ServiceOptions DEFAULT =
            new ServiceOptions(RaftOptions.DEFAULT, Duration.ofSeconds(2), 8 << 20);

    public ServiceOptions {
        if (answerTimeout.isNegative() || answerTimeout.isZero()) {
            throw new IllegalArgumentException("the answer timeout must be positive, not " + answerTimeout);
        }
        if (compactAfterBytes <= 0) {
            throw new IllegalArgumentException("compactAfterBytes must be positive, not " + compactAfterBytes);
        }
    }

    /** The same with another limit of the log. */
    public ServiceOptions withCompactAfterBytes(long bytes) {
        return new ServiceOptions(raft, answerTimeout, bytes);
    }

    /** The same with other options of Raft. */
    public ServiceOptions withRaft(RaftOptions other) {
        return new ServiceOptions(other, answerTimeout, compactAfterBytes);
    }
}
