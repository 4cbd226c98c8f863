// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.service.ReplicatedService;
import io.multiraft.shard.ShardOptions;

/**
 * A leader's work on the buckets that its group has taken over: it has them deleted at their former owners, and notes in the
 * log which ones are. No configuration waits for it, so a former owner that is gone for ever holds up nothing.
 */
final class Deletions {
    private final GroupState group;
    private final NodeContext context;
    private final ReplicatedService service;
    private final CallOptions callOptions;
    private final Errands<Handover> errands;

    Deletions(GroupState group, NodeContext context, ReplicatedService service, ShardOptions options) {
        this.group = group;
        this.context = context;
        this.service = service;
        this.callOptions = CallOptions.DEFAULT.withDeadline(options.transferTimeout());
        this.errands = new Errands<>(options.transferTimeout());
    }

    Errands<Handover> errands() {
        return errands;
    }

    /** Has deleted what must be deleted and was not asked for yet. */
    void advance() {
        // TODO 4D
    }
}
