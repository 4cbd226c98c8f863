// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

import io.multiraft.node.Address;
import java.util.Optional;

/**
 * Where a member of a group stands.
 *
 * @param term currentTerm
 * @param leader the leader of this term, as far as this node knows
 * @param commitIndex index of the highest entry known to be committed
 * @param lastApplied index of the highest entry applied to the state machine
 * @param firstIndex index of the first entry that the log still holds; {@code lastIndex + 1} if it holds none
 * @param lastIndex index of the last entry of the log, compacted or not
 */
public record RaftStatus(
        Role role,
        long term,
        Optional<Address> leader,
        long commitIndex,
        long lastApplied,
        long firstIndex,
        long lastIndex) {}
