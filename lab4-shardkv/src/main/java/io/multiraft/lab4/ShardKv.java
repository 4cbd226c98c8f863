// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import io.multiraft.config.ConfigClient;
import io.multiraft.config.ConfigCommands;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Reply;
import io.multiraft.node.TodoException;
import io.multiraft.raft.Role;
import io.multiraft.service.Application;
import io.multiraft.service.ReplicatedService;
import io.multiraft.shard.ShardMember;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.DeleteReply;
import io.multiraft.shard.rpc.DeleteRequest;
import io.multiraft.shard.rpc.PullReply;
import io.multiraft.shard.rpc.PullRequest;
import io.multiraft.shard.rpc.ShardRequest;
import io.multiraft.shard.rpc.StatusReply;
import io.multiraft.shard.rpc.StatusRequest;

/**
 * A member of a group that owns buckets (book, chapter 6: ShardKV). Clients' commands go into the log; while this member
 * leads, it follows the configurations, fetches the buckets that the group gains, and has them deleted where they came from.
 * Nothing of that is remembered here: what is to be done is read from the {@link GroupState}, so any member can go on with it.
 */
final class ShardKv implements ShardMember {
    private static final String POLL_TIMER = "shard/poll";

    private final ShardOptions options;
    private final GroupState group;
    private final ShardApplication application;

    private NodeContext context;
    private ReplicatedService service;
    private ConfigClient config;
    private Pulls pulls;
    private Deletions deletions;

    /** A configuration was asked for or proposed, and what came of it is not known yet. */
    private boolean polling;

    /** The last term in which this member has put an entry of its own into the log. */
    private long confirmedTerm;

    ShardKv(long gid, Application store, ShardOptions options) {
        this.options = options;
        this.group = new GroupState(gid);
        this.application = new ShardApplication(group, store);
    }

    @Override
    public Application application() {
        return application;
    }

    @Override
    public void start(NodeContext nodeContext, ReplicatedService replicatedService, ConfigClient configClient) {
        context = nodeContext;
        service = replicatedService;
        config = configClient;
        pulls = new Pulls(group, context, service, options);
        deletions = new Deletions(group, context, service, options);
        everyPollInterval();
    }

    private void everyPollInterval() {
        context.setTimer(POLL_TIMER, options.pollInterval(), this::everyPollInterval);
        if (leads()) {
            pulls.errands().rested(context.nowMicros());
            deletions.errands().rested(context.nowMicros());
            confirmTerm();
            advance();
        } else {
            pulls.errands().giveUp();
            deletions.errands().giveUp();
        }
    }

    /** Begins whatever can be begun. */
    private void advance() {
        if (leads()) {
            pollConfig();
            pulls.advance();
            deletions.advance();
        }
    }

    private boolean leads() {
        return service.status().role() == Role.LEADER;
    }

    // ==== Clients ====================================================================================================

    @Override
    public void doCommand(ShardRequest request, Reply<KvReply> reply) {
        throw new TodoException("4A", "give the command to the replicated service");
    }

    // ==== Configurations (book: ConfigAction) ========================================================================

    /** Asks for the next configuration, unless the group is not done with the present one. */
    void pollConfig() {
        throw new TodoException("4A", "ask the config server for the configuration to go by");
    }

    /** The version that the group needs next. */
    long versionToAskFor() {
        // TODO 4B
        return ConfigCommands.LATEST;
    }

    /**
     * A leader cannot commit what its predecessors have left in the log but together with an entry of its own term (Raft
     * 5.4.2). Clients may be silent; so it makes one itself, if anything waits.
     */
    void confirmTerm() {
        // TODO 4B
    }

    // ==== Handovers ==================================================================================================

    @Override
    public void pull(PullRequest request, Reply<PullReply> reply) {
        throw new TodoException("4B", "hand out a part of a bucket that was lost");
    }

    @Override
    public void delete(DeleteRequest request, Reply<DeleteReply> reply) {
        throw new TodoException("4D", "delete what was kept for this handover, through the log");
    }

    // ==== People =====================================================================================================

    @Override
    public StatusReply status(StatusRequest request) {
        return new StatusPage(service.state())
                .of(group, service.status(), request.getFirstBucket(), pulls.errands()::note);
    }
}
