// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.service.Outcome;
import io.multiraft.service.ReplicatedService;
import io.multiraft.shard.ShardEvent;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.PullReply;
import io.multiraft.shard.rpc.PullRequest;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import io.multiraft.shard.rpc.TransferError;
import io.multiraft.solutions.lab4.Errands.Attempt;
import java.util.List;

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
        // region 4B |
        for (long gid : group.pulling().gids()) {
            for (int id : group.pulling().of(gid)) {
                if (errands.isBusy(gid)) {
                    break;
                }
                begin(group.bucket(id));
            }
        }
        // endregion
    }

    // region 4B
    private void begin(Bucket bucket) {
        Origin origin = bucket.origin().orElseThrow();
        List<Address> members = group.addressesOf(origin);
        errands.begin(bucket.id(), origin.gid(), members, context.nowMicros())
                .ifPresent(attempt -> ask(bucket, origin, attempt));
    }

    private void ask(Bucket bucket, Origin origin, Attempt attempt) {
        PullRequest request = PullRequest.newBuilder()
                .setGid(group.gid())
                .setBucket(bucket.id())
                .setVersion(origin.version())
                .setCursor(bucket.cursor())
                .build();
        context.call(attempt.server(), ShardKvServiceGrpc.getPullMethod(), request, callOptions, reply -> {
            if (errands.awaits(bucket.id(), attempt)) {
                answered(bucket, attempt, reply);
            }
        });
    }

    private void answered(Bucket bucket, Attempt attempt, PullReply reply) {
        if (reply.getError() == TransferError.OK) {
            service.propose(Commands.install(reply.getChunk()), outcome -> proposed(bucket, attempt, outcome));
        } else {
            errands.failed(bucket.id(), attempt, reply.getError().name());
        }
    }

    private void proposed(Bucket bucket, Attempt attempt, Outcome outcome) {
        errands.succeeded(bucket.id(), attempt);
        if (outcome instanceof Outcome.Answered) {
            traceArrival(bucket);
            advance();
        }
    }

    private void traceArrival(Bucket bucket) {
        if (group.bucket(bucket.id()).is(BucketStatus.SERVING)) {
            Origin origin = bucket.origin().orElseThrow();
            context.trace(new ShardEvent.TookOverBucket(group.gid(), bucket.id(), origin.version(), origin.gid()));
        }
    }
    // endregion
}
