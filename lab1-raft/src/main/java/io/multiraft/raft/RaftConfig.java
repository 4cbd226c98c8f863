// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

import io.multiraft.node.Address;
import java.util.List;

/**
 * The group that a node belongs to. Membership is fixed; this node is the member whose address is the context's
 * {@code self()}.
 *
 * @param members all members, this node included, each once
 * @param options times and limits
 */
public record RaftConfig(List<Address> members, RaftOptions options) {

    public RaftConfig {
        members = List.copyOf(members);
        if (members.stream().distinct().count() != members.size() || members.isEmpty()) {
            throw new IllegalArgumentException("the members of a group must be different and at least one: " + members);
        }
    }
}
