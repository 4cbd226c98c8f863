// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.ReadIndex;
import io.multiraft.raft.RoleListener;
import io.multiraft.raft.Snapshot;
import io.multiraft.raft.StateMachine;
import java.util.function.Consumer;

/**
 * Stands between a Raft and the service on it, and reports to the observers of a run what passes: entries that are applied,
 * snapshots, compactions, and what the service says that it had applied when it booted.
 */
final class WatchedRaft implements RaftFactory {
    /** Report of a service that asks for a read index. */
    static final String READ_INDEX = "readIndex";

    private final RaftFactory watched;
    private final Consumer<NodeEffect> report;
    private final Consumer<Long> afterChange;

    /**
     * A watch.
     *
     * @param afterChange told the applied index after each applied entry and each installed snapshot
     */
    WatchedRaft(RaftFactory watched, Consumer<NodeEffect> report, Consumer<Long> afterChange) {
        this.watched = watched;
        this.report = report;
        this.afterChange = afterChange;
    }

    @Override
    public Raft create(RaftConfig config, StateMachine stateMachine, RoleListener roleListener) {
        say("booted", stateMachine.appliedIndex());
        return new Member(watched.create(config, new Machine(stateMachine), roleListener));
    }

    private void say(String kind, long index) {
        report.accept(new NodeEffect.Report(kind, index, ByteString.EMPTY));
    }

    private final class Machine implements StateMachine {
        private final StateMachine service;

        Machine(StateMachine service) {
            this.service = service;
        }

        @Override
        public long appliedIndex() {
            return service.appliedIndex();
        }

        @Override
        public void apply(long index, ByteString command) {
            report.accept(new NodeEffect.Applied(index, command));
            service.apply(index, command);
            afterChange.accept(index);
        }

        @Override
        public Snapshot snapshot() {
            return service.snapshot();
        }

        @Override
        public void install(long lastIncludedIndex, String keyspace) {
            service.install(lastIncludedIndex, keyspace);
            say("installed", lastIncludedIndex);
            afterChange.accept(lastIncludedIndex);
        }
    }

    private final class Member implements Raft {
        private final Raft raft;

        Member(Raft raft) {
            this.raft = raft;
        }

        @Override
        public void start(NodeContext context, Services services) {
            raft.start(context, services);
        }

        @Override
        public Proposal propose(ByteString command) {
            return raft.propose(command);
        }

        @Override
        public RaftStatus status() {
            return raft.status();
        }

        @Override
        public void compact(long index) {
            raft.compact(index);
            say("compacted", index);
        }

        @Override
        public void readIndex(Consumer<ReadIndex> answer) {
            say(READ_INDEX, 0);
            raft.readIndex(answer);
        }
    }
}
