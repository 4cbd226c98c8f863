// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigClient;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.kv.KvServer;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Reply;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.Role;
import io.multiraft.service.Application;
import io.multiraft.service.ClientRequest;
import io.multiraft.service.Outcome;
import io.multiraft.service.ReplicatedService;
import io.multiraft.shard.ShardEvent;
import io.multiraft.shard.ShardMember;
import io.multiraft.shard.ShardOptions;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.DeleteReply;
import io.multiraft.shard.rpc.DeleteRequest;
import io.multiraft.shard.rpc.PullReply;
import io.multiraft.shard.rpc.PullRequest;
import io.multiraft.shard.rpc.ShardRequest;
import io.multiraft.shard.rpc.StatusReply;
import io.multiraft.shard.rpc.StatusRequest;
import io.multiraft.shard.rpc.TransferError;

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
        // region 4A | throw new TodoException("4A", "give the command to the replicated service");
        ByteString command = Commands.client(request.getCommand());
        ClientRequest forwarded = new ClientRequest(request.getClientId(), request.getSequence(), command);
        if (request.getCommand().getOperation() == Operation.GET) {
            service.read(forwarded, outcome -> reply.send(KvServer.replyOf(outcome)));
        } else {
            service.submit(forwarded, outcome -> reply.send(KvServer.replyOf(outcome)));
        }
        // endregion
    }

    // ==== Configurations (book: ConfigAction) ========================================================================

    /** Asks for the next configuration, unless the group is not done with the present one. */
    void pollConfig() {
        // region 4A | throw new TodoException("4A", "ask the config server for the configuration to go by");
        if (!polling && group.pulling().isEmpty()) {
            polling = true;
            config.execute(ConfigCommands.query(versionToAskFor()), this::polled);
        }
        // endregion
    }

    /** The version that the group needs next. */
    long versionToAskFor() {
        // region 4B | return ConfigCommands.LATEST;
        return group.curConfig().version() + 1;
        // endregion
    }

    // region 4A
    private void polled(ConfigResult result) {
        if (result instanceof ConfigResult.Found found && group.accepts(found.config())) {
            service.propose(Commands.config(found.config()), outcome -> proposed(found.config(), outcome));
        } else {
            polling = false;
        }
    }

    private void proposed(Config next, Outcome outcome) {
        polling = false;
        if (outcome instanceof Outcome.Answered && group.curConfig().version() == next.version()) {
            traceAdopted(next.version());
            advance();
        }
    }

    private void traceAdopted(long version) {
        context.trace(new ShardEvent.AdoptedConfig(group.gid(), version));
        group.buckets()
                .filter(bucket -> bucket.is(BucketStatus.FROZEN) && bucket.version() == version)
                .forEach(bucket -> context.trace(new ShardEvent.FrozenBucket(
                        group.gid(),
                        bucket.id(),
                        version,
                        bucket.kept().orElseThrow().forGid())));
    }

    // endregion
    /**
     * A leader cannot commit what its predecessors have left in the log but together with an entry of its own term (Raft
     * 5.4.2). Clients may be silent; so it makes one itself, if anything waits.
     */
    void confirmTerm() {
        // region 4B |
        RaftStatus status = service.status();
        if (confirmedTerm != status.term() && status.lastApplied() < status.lastIndex()) {
            confirmedTerm = status.term();
            service.propose(Commands.nothing(), outcome -> advance());
        }
        // endregion
    }

    // ==== Handovers ==================================================================================================

    @Override
    public void pull(PullRequest request, Reply<PullReply> reply) {
        // region 4B | throw new TodoException("4B", "hand out a part of a bucket that was lost");
        // whether this group still waits for buckets itself does not matter: two groups may wait for each other's
        Handover handover = new Handover(request.getBucket(), request.getVersion());
        TransferError error = group.whetherKept(handover);
        PullReply.Builder answer = PullReply.newBuilder().setError(error);
        if (error == TransferError.OK) {
            answer.setChunk(Chunks.read(handover, request.getCursor(), service.state(), options.chunkBytes()));
        }
        reply.send(answer.build());
        // endregion
    }

    @Override
    public void delete(DeleteRequest request, Reply<DeleteReply> reply) {
        // region 4D | throw new TodoException("4D", "delete what was kept for this handover, through the log");
        Handover handover = new Handover(request.getBucket(), request.getVersion());
        TransferError kept = group.whetherKept(handover);
        if (kept == TransferError.OK) {
            service.propose(Commands.delete(handover), outcome -> deleted(handover, outcome, reply));
        } else {
            // what is gone is gone at every member, sooner or later
            TransferError error = kept == TransferError.GONE ? TransferError.OK : kept;
            reply.send(DeleteReply.newBuilder().setError(error).build());
        }
        // endregion
    }

    // region 4D
    private void deleted(Handover handover, Outcome outcome, Reply<DeleteReply> reply) {
        DeleteReply.Builder answer = DeleteReply.newBuilder();
        if (outcome instanceof Outcome.Answered) {
            context.trace(new ShardEvent.DeletedBucket(group.gid(), handover.bucket(), handover.version()));
        } else if (outcome instanceof Outcome.NotLeader notLeader) {
            answer.setError(TransferError.NOT_LEADER)
                    .setLeaderHint(notLeader.leaderHint().map(Address::text).orElse(""));
        } else {
            answer.setError(TransferError.TIMEOUT);
        }
        reply.send(answer.build());
    }

    // endregion
    // ==== People =====================================================================================================

    @Override
    public StatusReply status(StatusRequest request) {
        return new StatusPage(service.state())
                .of(group, service.status(), request.getFirstBucket(), pulls.errands()::note);
    }
}
