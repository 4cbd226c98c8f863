// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import com.google.protobuf.ByteString;
import io.multiraft.grader.sim.FaultInjector;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Announces the moments at which a fault hurts most, by name, so that schedules can wait for them. */
public final class RaftPredicates extends RaftOracle {

    /** A server asks for votes; the subject is the candidate. */
    public static final String CANDIDATE = "candidate";

    /** A server gives its vote; the subject is the voter. */
    public static final String VOTED = "voted";

    /** A leader shows itself for the first time in its term. */
    public static final String LEADER_ELECTED = "leader-elected";

    /** A leader sends an entry that it had not sent before; the subject is the leader. */
    public static final String LEADER_APPENDED = "leader-appended";

    /** A follower confirms entries; the subject is the follower. */
    public static final String FOLLOWER_CONFIRMED = "follower-confirmed";

    /** A leader announces a higher commit index; the subject is the leader. */
    public static final String COMMIT_ANNOUNCED = "commit-announced";

    /** Some server applies an index that nobody applied before; the subject is that server. */
    public static final String APPLIED_FIRST = "applied-first";

    /** A leader sends a chunk of a snapshot; the subject is the leader. */
    public static final String SNAPSHOT_SENT = "snapshot-sent";

    /** A follower has installed a snapshot; the subject is the follower. */
    public static final String SNAPSHOT_INSTALLED = "snapshot-installed";

    /** A server compacted its log. */
    public static final String COMPACTED = "compacted";

    /** Those that happen without commands. */
    public static final List<String> OF_ELECTIONS = List.of(CANDIDATE, VOTED, LEADER_ELECTED);

    /** Those that happen without compaction. */
    public static final List<String> WITHOUT_SNAPSHOTS = List.of(
            CANDIDATE, VOTED, LEADER_ELECTED, LEADER_APPENDED, FOLLOWER_CONFIRMED, COMMIT_ANNOUNCED, APPLIED_FIRST);

    /** All of them. */
    public static final List<String> ALL = List.of(
            CANDIDATE,
            VOTED,
            LEADER_ELECTED,
            LEADER_APPENDED,
            FOLLOWER_CONFIRMED,
            COMMIT_ANNOUNCED,
            APPLIED_FIRST,
            SNAPSHOT_SENT,
            SNAPSHOT_INSTALLED,
            COMPACTED);

    private final FaultInjector faults;
    private final RaftLedger ledger;
    private final Map<Long, Long> sentIn = new HashMap<>();
    private long announced;
    private long applied;
    private long electedTerm;

    RaftPredicates(Simulation simulation, RaftLedger ledger) {
        this.faults = simulation.faults();
        this.ledger = ledger;
    }

    @Override
    void onSent(Message message, RequestVoteRequest request) {
        faults.announce(CANDIDATE, message.from());
    }

    @Override
    void onSent(Message message, RequestVoteRequest request, RequestVoteReply reply) {
        if (reply.getVoteGranted()) {
            faults.announce(VOTED, message.from());
        }
    }

    @Override
    void onSent(Message message, AppendEntriesRequest request) {
        if (ledger.leaderTerm() > electedTerm) {
            electedTerm = ledger.leaderTerm();
            faults.announce(LEADER_ELECTED, message.from());
        }
        long last = request.getPrevLogIndex() + request.getEntriesCount();
        if (request.getEntriesCount() > 0 && last > sentIn.getOrDefault(request.getTerm(), 0L)) {
            sentIn.put(request.getTerm(), last);
            faults.announce(LEADER_APPENDED, message.from());
        }
        if (request.getLeaderCommit() > announced) {
            announced = request.getLeaderCommit();
            faults.announce(COMMIT_ANNOUNCED, message.from());
        }
    }

    @Override
    void onSent(Message message, AppendEntriesRequest request, AppendEntriesReply reply) {
        if (reply.getSuccess() && request.getEntriesCount() > 0) {
            faults.announce(FOLLOWER_CONFIRMED, message.from());
        }
    }

    @Override
    void onApplied(SimNode node, long index, ByteString command) {
        if (index > applied) {
            applied = index;
            faults.announce(APPLIED_FIRST, node.address());
        }
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request) {
        faults.announce(SNAPSHOT_SENT, message.from());
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request, InstallSnapshotReply reply) {
        if (reply.getDone()) {
            faults.announce(SNAPSHOT_INSTALLED, message.from());
        }
    }

    @Override
    void onReport(SimNode node, String kind, long number, ByteString detail) {
        if (kind.equals(COMPACTED)) {
            faults.announce(COMPACTED, node.address());
        }
    }
}
