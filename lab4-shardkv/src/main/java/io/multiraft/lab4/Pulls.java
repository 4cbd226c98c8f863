// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.service.ReplicatedService;
import io.multiraft.shard.ShardOptions;

/**
 * A leader's work on the buckets that its group has gained: part after part is asked of the former owner, and put into the
 * log. What comes next is read from the state each time; so a new leader goes on where the log ends.
 */
final class Pulls {
    private final GroupState group;
    private final NodeContext context;
    private final ReplicatedService service;
    private final CallOptions callOptions;
    private final Errands<Integer> errands;

    Pulls(GroupState group, NodeContext context, ReplicatedService service, ShardOptions options) {
        this.group = group;
        this.context = context;
        this.service = service;
        this.callOptions = CallOptions.DEFAULT.withDeadline(options.transferTimeout());
        this.errands = new Errands<>(options.transferTimeout());
    }

    Errands<Integer> errands() {
        return errands;
    }

    /** Asks for what is missing and was not asked for yet. */
    void advance() {
        // TODO 4B
    }
}
