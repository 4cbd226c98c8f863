// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.kv.KvServer;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.ReadIndex;
import io.multiraft.raft.Role;
import io.multiraft.raft.StateMachine;
import io.multiraft.service.Application;
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.ServiceFactory;
import io.multiraft.service.ServiceOptions;
import io.multiraft.storage.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A Raft that always leads and has no peers: it applies what it has accepted, and confirms reads, when it is told to. */
public final class ScriptedRaft implements Raft {

    /** Task that applies as many entries as its argument says. */
    public static final String APPLY = "apply";

    /** Task that appends an entry of the leader's own. */
    public static final String OWN_ENTRY = "ownEntry";

    /** Task that confirms leadership for all reads that wait. */
    public static final String CONFIRM = "confirm";

    /** Task that proposes its argument as a command of the service's own; the result is read by {@link #reply}. */
    public static final String PROPOSE = "propose";

    private static final long TERM = 7;

    private final StateMachine stateMachine;
    private final List<ByteString> accepted = new ArrayList<>();
    private final List<Consumer<ReadIndex>> reads = new ArrayList<>();
    private Address self;
    private long applied;

    private ScriptedRaft(StateMachine stateMachine) {
        this.stateMachine = stateMachine;
    }

    /** How a server on such a Raft is made. The replies of {@code application} are encoded {@link KvReply}s. */
    public static NodeRuntime.Boot boot(
            ServiceFactory factory, List<Address> members, Supplier<Application> application, ServiceOptions options) {
        return report -> {
            ReplicatedService service = factory.create(
                    (config, stateMachine, roleListener) -> new ScriptedRaft(stateMachine),
                    members,
                    application.get(),
                    options);
            return new Server(service);
        };
    }

    /** A server that can be made to propose something of its own. */
    private record Server(ReplicatedService service) implements Node {
        @Override
        public void start(NodeContext context, Services services) {
            new KvServer(service).start(context, services);
            services.handleTask(
                    PROPOSE,
                    (command, reply) -> service.propose(
                            command,
                            outcome -> reply.send(KvServer.replyOf(outcome).toByteString())));
        }
    }

    /** The result of {@link #PROPOSE}. */
    public static KvReply reply(ByteString result) {
        try {
            return KvReply.parseFrom(result);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void start(NodeContext context, Services services) {
        self = context.self();
        services.handleTask(APPLY, (entries, reply) -> {
            for (long i = Keys.toLong(entries, 0); i > 0 && applied < accepted.size(); i--) {
                ByteString command = accepted.get((int) applied);
                stateMachine.apply(++applied, command);
            }
            reply.send(ByteString.EMPTY);
        });
        services.handleTask(OWN_ENTRY, (nothing, reply) -> {
            accepted.add(ByteString.EMPTY);
            reply.send(ByteString.EMPTY);
        });
        services.handleTask(CONFIRM, (nothing, reply) -> {
            List<Consumer<ReadIndex>> confirmed = List.copyOf(reads);
            reads.clear();
            confirmed.forEach(read -> read.accept(new ReadIndex.Ready(accepted.size())));
            reply.send(ByteString.EMPTY);
        });
    }

    @Override
    public Proposal propose(ByteString command) {
        accepted.add(command);
        return new Proposal.Accepted(accepted.size(), TERM);
    }

    @Override
    public RaftStatus status() {
        return new RaftStatus(Role.LEADER, TERM, Optional.of(self), accepted.size(), applied, 1, accepted.size());
    }

    @Override
    public void compact(long index) {
        // it keeps everything
    }

    @Override
    public void readIndex(Consumer<ReadIndex> answer) {
        reads.add(answer);
    }
}
