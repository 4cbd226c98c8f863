// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab1;

import io.multiraft.node.Address;
import java.util.List;
import java.util.Optional;

/**
 * The reads that wait for the proof that their leader still leads (Raft dissertation, section 6.4).
 *
 * <p>Proofs are made in rounds. All reads that have arrived before a round begins share it: they get the commitIndex of
 * its beginning, as soon as a majority has answered an AppendEntries that was sent since. Reads that arrive while a round
 * is under way wait for the next one, because what was sent before they arrived proves nothing to them.
 */
final class PendingReads {
    /** No reads yet, in a group of a leader and {@code peers}. */
    PendingReads(List<Address> peers) {
        // TODO 2D
    }

    /** The number that an AppendEntries which leaves now has to carry in mind until it is answered. */
    long round() {
        // TODO 2D
        return 0;
    }

    /** {@code peer} has answered, in the leader's term, an AppendEntries that was sent when {@code sentInRound} was the last. */
    void confirmed(Address peer, long sentInRound) {
        // TODO 2D
    }

    /** The leader leads no more; nothing waits any longer. */
    void giveUp(Optional<Address> leaderHint) {
        // TODO 2D
    }
}
