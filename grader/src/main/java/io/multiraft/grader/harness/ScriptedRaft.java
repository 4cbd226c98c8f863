// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import io.multiraft.grader.load.Implementations;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.KvServer;
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
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.ServiceOptions;
import io.multiraft.storage.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A Raft that always leads and has no peers: it applies what it has accepted, and confirms reads, when it is told to. */
public final class ScriptedRaft implements Raft {

    /** Task that applies as many entries as its argument says. */
    public static final String APPLY = "apply";

    /** Task that confirms leadership for all reads that wait. */
    public static final String CONFIRM = "confirm";

    private static final long TERM = 7;

    private final StateMachine stateMachine;
    private final List<ByteString> accepted = new ArrayList<>();
    private final List<Consumer<ReadIndex>> reads = new ArrayList<>();
    private Address self;
    private long applied;

    private ScriptedRaft(StateMachine stateMachine) {
        this.stateMachine = stateMachine;
    }

    /** How a server on such a Raft is made. */
    public static NodeRuntime.Boot boot(
            Implementations implementations, List<Address> members, ServiceOptions options, KvLimits limits) {
        return report -> {
            ReplicatedService service = implementations
                    .service()
                    .create(
                            (config, stateMachine, roleListener) -> new ScriptedRaft(stateMachine),
                            members,
                            implementations.kvStore().create(limits),
                            options);
            Node server = new KvServer(service);
            return server;
        };
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
