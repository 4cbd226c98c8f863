// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import com.google.protobuf.ByteString;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.util.List;
import java.util.Optional;

/**
 * Watches a group of Raft nodes with all oracles, most telling first: the first to object names what is broken.
 *
 * <p>Also knows who leads, for tests and faults, from the wire alone.
 */
public final class RaftWatch implements Observer {

    private final RaftLedger ledger;
    private final CommitOracle commits;
    private final RaftPredicates predicates;
    private final ApplyOracle applies;
    private final List<RaftOracle> oracles;
    private final RaftOracle[] releaseListeners;
    private final GhostOracle ghost;

    /**
     * A watch over a group.
     *
     * @param members size of the group, scripted peers included
     * @param restartsJudged whether promises must survive a crash: from step 1C on
     */
    public RaftWatch(Simulation simulation, int members, boolean restartsJudged) {
        ledger = new RaftLedger(members);
        LogOracle logs = new LogOracle();
        PromiseOracle promises = new PromiseOracle();
        commits = new CommitOracle(ledger, logs);
        applies = new ApplyOracle();
        ghost = new GhostOracle(promises, members, restartsJudged);
        predicates = new RaftPredicates(simulation, ledger);
        VoteOracle votes = new VoteOracle();
        TermOracle terms = new TermOracle();
        releaseListeners = new RaftOracle[] {votes, terms, ghost, commits};
        oracles = List.of(
                ledger,
                votes,
                terms,
                new ElectionOracle(ledger),
                new SizeOracle(),
                logs,
                promises,
                ghost,
                commits,
                applies,
                predicates);
        simulation.faults().defineRole("leader", () -> leader().map(List::of).orElse(List.of()));
    }

    /** The node that led the highest term seen so far, if it still runs. */
    public Optional<Address> leader() {
        return ledger.leader();
    }

    /** Virtual time in microseconds at which {@code leader} last sent entries or a snapshot as leader of the newest term. */
    public long lastHeard(Address leader) {
        return ledger.lastHeard(leader);
    }

    /** Highest term in which somebody led. */
    public long leaderTerm() {
        return ledger.leaderTerm();
    }

    /** Number of leaders so far, one for each term that had one. */
    public int leadersSoFar() {
        return ledger.leadersSoFar();
    }

    /** Highest index that was announced as committed, or applied, anywhere. */
    public long committedIndex() {
        return Math.max(commits.committedIndex(), applies.highest());
    }

    /** Highest index that {@code node} has applied in this life, or found applied at its boot. */
    public long appliedBy(Address node) {
        return applies.appliedBy(node);
    }

    /** The command applied at {@code index}, if anybody applied one. */
    public Optional<ByteString> commandAt(long index) {
        return applies.commandAt(index);
    }

    /** Number of snapshots that were installed. */
    public int snapshotsInstalled() {
        return applies.snapshotsInstalled();
    }

    /** Number of copies that were booted from surviving storage and questioned. */
    public int ghostsQuestioned() {
        return ghost.questioned();
    }

    /** Highest term in which anybody stood for election or led. */
    public long highestTerm() {
        return ledger.highestTerm();
    }

    @Override
    public void onScripted(Address peer) {
        ledger.onScripted(peer);
    }

    @Override
    public void onBoot(SimNode node) {
        oracles.forEach(oracle -> oracle.onBoot(node));
    }

    @Override
    public void onCrash(SimNode node) {
        oracles.forEach(oracle -> oracle.onCrash(node));
    }

    @Override
    public void onReleased(SimNode node) {
        for (RaftOracle oracle : releaseListeners) {
            oracle.onReleased(node);
        }
    }

    @Override
    public void onEffect(SimNode node, NodeEffect effect) {
        if (effect instanceof NodeEffect.Applied applied) {
            oracles.forEach(oracle -> oracle.onApplied(node, applied.index(), applied.command()));
        } else if (effect instanceof NodeEffect.Report report) {
            oracles.forEach(oracle -> oracle.onReport(node, report.kind(), report.number(), report.detail()));
        }
    }

    @Override
    public void onSend(Message message) {
        Message first = message.isReply() ? message.request() : message;
        switch (message.methodName()) {
            case "RequestVote" -> {
                RequestVoteRequest request = first.parse(RequestVoteRequest.parser());
                if (message.isReply()) {
                    RequestVoteReply reply = message.parse(RequestVoteReply.parser());
                    oracles.forEach(oracle -> oracle.onSent(message, request, reply));
                } else {
                    oracles.forEach(oracle -> oracle.onSent(message, request));
                }
            }
            case "AppendEntries" -> {
                AppendEntriesRequest request = first.parse(AppendEntriesRequest.parser());
                if (message.isReply()) {
                    AppendEntriesReply reply = message.parse(AppendEntriesReply.parser());
                    oracles.forEach(oracle -> oracle.onSent(message, request, reply));
                } else {
                    oracles.forEach(oracle -> oracle.onSent(message, request));
                }
            }
            case "InstallSnapshot" -> {
                InstallSnapshotRequest request = first.parse(InstallSnapshotRequest.parser());
                if (message.isReply()) {
                    InstallSnapshotReply reply = message.parse(InstallSnapshotReply.parser());
                    oracles.forEach(oracle -> oracle.onSent(message, request, reply));
                } else {
                    oracles.forEach(oracle -> oracle.onSent(message, request));
                }
            }
            default -> {
                // not a method of Raft
            }
        }
    }

    @Override
    public void onDeliver(Message message) {
        if (!message.isReply()) {
            return;
        }
        Message first = message.request();
        switch (message.methodName()) {
            case "RequestVote" -> {
                RequestVoteRequest request = first.parse(RequestVoteRequest.parser());
                RequestVoteReply reply = message.parse(RequestVoteReply.parser());
                oracles.forEach(oracle -> oracle.onDelivered(message, request, reply));
            }
            case "AppendEntries" -> {
                AppendEntriesRequest request = first.parse(AppendEntriesRequest.parser());
                AppendEntriesReply reply = message.parse(AppendEntriesReply.parser());
                oracles.forEach(oracle -> oracle.onDelivered(message, request, reply));
            }
            case "InstallSnapshot" -> {
                InstallSnapshotRequest request = first.parse(InstallSnapshotRequest.parser());
                InstallSnapshotReply reply = message.parse(InstallSnapshotReply.parser());
                oracles.forEach(oracle -> oracle.onDelivered(message, request, reply));
            }
            default -> {
                // not a method of Raft
            }
        }
    }
}
