// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import io.multiraft.config.ConfigClient;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Reply;
import io.multiraft.service.Application;
import io.multiraft.service.ReplicatedService;
import io.multiraft.shard.rpc.DeleteReply;
import io.multiraft.shard.rpc.DeleteRequest;
import io.multiraft.shard.rpc.PullReply;
import io.multiraft.shard.rpc.PullRequest;
import io.multiraft.shard.rpc.PushReply;
import io.multiraft.shard.rpc.PushRequest;
import io.multiraft.shard.rpc.ShardRequest;
import io.multiraft.shard.rpc.StatusReply;
import io.multiraft.shard.rpc.StatusRequest;
import io.multiraft.shard.rpc.TransferError;

/**
 * One member of a group that owns buckets: what the group replicates, the rules by which its leader follows the
 * configurations, and the handlers of its RPCs. All calls are made on the node's event loop.
 */
public interface ShardMember {

    /** What the group replicates. Called once, before {@link #start}; always the same object. */
    Application application();

    /**
     * Called once, in the node's first event, when the layers below are started: their state is loaded.
     *
     * @param service replicates {@link #application}
     * @param config at the node's own disposal
     */
    void start(NodeContext context, ReplicatedService service, ConfigClient config);

    /** A client's command. */
    void doCommand(ShardRequest request, Reply<KvReply> reply);

    /** See {@code ShardKvService.Pull}; only for a group that hands buckets over when it is asked. */
    default void pull(PullRequest request, Reply<PullReply> reply) {
        reply.send(PullReply.newBuilder().setError(TransferError.REFUSED).build());
    }

    /** See {@code ShardKvService.Push}; only for a group that hands buckets over by itself. */
    default void push(PushRequest request, Reply<PushReply> reply) {
        reply.send(PushReply.newBuilder().setError(TransferError.REFUSED).build());
    }

    /** See {@code ShardKvService.Delete}. */
    default void delete(DeleteRequest request, Reply<DeleteReply> reply) {
        reply.send(DeleteReply.newBuilder().setError(TransferError.REFUSED).build());
    }

    /** See {@code ShardKvService.Status}; answered at once, by every member. */
    StatusReply status(StatusRequest request);
}
