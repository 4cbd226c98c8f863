// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.service.Outcome;
import io.multiraft.service.ReplicatedService;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.DeleteReply;
import io.multiraft.shard.rpc.DeleteRequest;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import io.multiraft.shard.rpc.TransferError;
import io.multiraft.solutions.lab4.Errands.Attempt;

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
        // region 4D |
        ByGroup<Handover> duties = group.deletionDuties().byGroup();
        for (long gid : duties.gids()) {
            for (Handover handover : duties.of(gid)) {
                if (errands.isBusy(gid)) {
                    break;
                }
                begin(handover, group.deletionDuties().formerOwner(handover));
            }
        }
        // endregion
    }

    // region 4D
    private void begin(Handover handover, Origin formerOwner) {
        errands.begin(handover, formerOwner.gid(), group.addressesOf(formerOwner), context.nowMicros())
                .ifPresent(attempt -> ask(handover, attempt));
    }

    private void ask(Handover handover, Attempt attempt) {
        DeleteRequest request = DeleteRequest.newBuilder()
                .setGid(group.gid())
                .setBucket(handover.bucket())
                .setVersion(handover.version())
                .build();
        context.call(attempt.server(), ShardKvServiceGrpc.getDeleteMethod(), request, callOptions, reply -> {
            if (errands.awaits(handover, attempt)) {
                answered(handover, attempt, reply);
            }
        });
    }

    private void answered(Handover handover, Attempt attempt, DeleteReply reply) {
        if (reply.getError() == TransferError.OK) {
            service.propose(Commands.deleted(handover), outcome -> proposed(handover, attempt, outcome));
        } else {
            errands.failed(handover, attempt, reply.getError().name());
        }
    }

    private void proposed(Handover handover, Attempt attempt, Outcome outcome) {
        errands.succeeded(handover, attempt);
        if (outcome instanceof Outcome.Answered) {
            advance();
        }
    }
    // endregion
}
