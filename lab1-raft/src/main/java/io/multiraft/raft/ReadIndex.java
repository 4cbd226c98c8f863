// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

import io.multiraft.node.Address;
import java.util.Optional;

/** The answer to {@link Raft#readIndex}. */
public sealed interface ReadIndex {

    /** Reads are linearizable once {@code index} is applied. */
    record Ready(long index) implements ReadIndex {}

    /** This node is not the leader, or lost that role before it could confirm it. */
    record NotLeader(Optional<Address> leaderHint) implements ReadIndex {}
}
