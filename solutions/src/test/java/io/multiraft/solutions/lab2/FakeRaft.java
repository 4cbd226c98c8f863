// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.ReadIndex;
import io.multiraft.raft.Role;
import io.multiraft.raft.RoleListener;
import io.multiraft.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A Raft that does what the test says: it decides what is committed, who leads, and when a read is confirmed. */
final class FakeRaft implements Raft {
    private final StateMachine machine;
    private final RoleListener listener;

    /** The log; the first entry has index {@code first}. */
    final List<ByteString> log = new ArrayList<>();

    final List<Consumer<ReadIndex>> reads = new ArrayList<>();
    final List<Long> compacted = new ArrayList<>();

    /** Commits within propose, as a group of one does. */
    boolean alone;

    private final long first;
    private long term = 1;
    private Role role = Role.LEADER;
    private Optional<Address> leader = Optional.of(new Address("n1"));
    private boolean applying;

    FakeRaft(StateMachine machine, RoleListener listener) {
        this.machine = machine;
        this.listener = listener;
        this.first = machine.appliedIndex() + 1;
    }

    @Override
    public void start(NodeContext context, Services services) {
        // nothing happens unless the test says so
    }

    @Override
    public Proposal propose(ByteString command) {
        if (role != Role.LEADER) {
            return new Proposal.NotLeader(leader);
        } else if (command.size() > 1_000) {
            return new Proposal.TooLarge(1_000);
        } else if (command.isEmpty()) {
            throw new IllegalArgumentException("an empty command is a leader's own");
        }
        log.add(command);
        Proposal accepted = new Proposal.Accepted(first + log.size() - 1, term);
        if (alone && !applying) {
            commit();
        }
        return accepted;
    }

    /** Commits everything in the log. */
    void commit() {
        applying = true;
        while (machine.appliedIndex() < first + log.size() - 1) {
            long index = machine.appliedIndex() + 1;
            machine.apply(index, log.get((int) (index - first)));
        }
        applying = false;
    }

    /** Another server leads, in a new term. */
    void follow(String newLeader) {
        term++;
        role = Role.FOLLOWER;
        leader = Optional.of(new Address(newLeader));
        listener.onRole(term, role);
    }

    @Override
    public RaftStatus status() {
        long last = first + log.size() - 1;
        return new RaftStatus(role, term, leader, last, machine.appliedIndex(), first, last);
    }

    @Override
    public void compact(long index) {
        compacted.add(index);
    }

    @Override
    public void readIndex(Consumer<ReadIndex> answer) {
        reads.add(answer);
    }
}
