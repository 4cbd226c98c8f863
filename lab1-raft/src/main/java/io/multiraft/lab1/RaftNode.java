// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab1;

import com.google.protobuf.ByteString;
import io.multiraft.lab1.RoleState.Candidate;
import io.multiraft.lab1.RoleState.Follower;
import io.multiraft.lab1.RoleState.Leader;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.TodoException;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.ReadIndex;
import io.multiraft.raft.RoleListener;
import io.multiraft.raft.StateMachine;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A member of a Raft group, in the order of Figure 2 of the paper: state, RequestVote, AppendEntries, InstallSnapshot
 * (Figure 13), rules for servers. A comment with a number stands above the line that carries out that rule; one that
 * begins with "Deviation" says where we do it otherwise than the paper. Rules are methods of the package, the smaller
 * steps that they are made of are private.
 *
 * <p>A handler is atomic: what it writes is durable before its answer and its calls leave (see
 * {@link io.multiraft.storage.Storage}). So it matters <em>what</em> is saved, and not when within a handler.
 *
 * <p>Justification: longer than 600 lines, so that all rules of Figure 2 and Figure 13 are found in one place.
 */
final class RaftNode implements Raft {
    private static final String ELECTION_TIMER = "election";
    private static final String HEARTBEAT_TIMER = "heartbeat";

    /** AppendEntries promises nothing that the leader's own disk must hold first, so it need not wait for it. */
    private static final CallOptions EARLY = CallOptions.DEFAULT.sentEarly();

    private final RaftConfig config;
    private final RaftOptions options;
    private final StateMachine stateMachine;
    private final RoleListener roleListener;
    private NodeContext context;
    private List<Address> peers;

    // ==== State ======================================================================================================

    // ---- persistent on all servers: whatever changes here is saved in the same handler
    private long currentTerm;
    private Optional<Address> votedFor = Optional.empty();
    private final RaftLog log = new RaftLog();
    private PersistentState persistent;

    // ---- volatile on all servers
    private long commitIndex;
    private long lastApplied;
    /** True while an entry is applied, which may call {@link #compact}; what it causes may propose. */
    private boolean applying;

    private SnapshotReceiver incoming;

    // ---- volatile on candidates (their votes) and on leaders (nextIndex[] and matchIndex[])
    private RoleState role = new Follower(Optional.empty());

    RaftNode(RaftConfig config, StateMachine stateMachine, RoleListener roleListener) {
        this.config = config;
        this.options = config.options();
        this.stateMachine = stateMachine;
        this.roleListener = roleListener;
    }

    @Override
    public void start(NodeContext nodeContext, Services services) {
        context = nodeContext;
        peers = config.members().stream()
                .filter(member -> !member.equals(context.self()))
                .toList();
        persistent = new PersistentState(context.storage());
        incoming = new SnapshotReceiver(context.storage());
        services.handle(RaftServiceGrpc.getRequestVoteMethod(), this::requestVote);
        services.handle(RaftServiceGrpc.getAppendEntriesMethod(), this::appendEntries);
        services.handle(RaftServiceGrpc.getInstallSnapshotMethod(), this::installSnapshot);
        recover();
        resetElectionTimer();
    }

    /** Goes on where this server was before it stopped; {@code lastApplied} begins at what the state machine holds. */
    void recover() {
        // TODO 1C
    }

    @Override
    public RaftStatus status() {
        long firstIndex = log.baseIndex() + 1;
        return new RaftStatus(
                role.role(), currentTerm, role.leader(), commitIndex, lastApplied, firstIndex, log.lastIndex());
    }

    // ==== RequestVote RPC: receiver ==================================================================================

    RequestVoteReply requestVote(RequestVoteRequest request) {
        throw new TodoException("1A", "answer RequestVote: refuse old terms, vote once in a term");
    }

    /** Whether a log that ends like that is at least as up to date as the own (end of section 5.4.1). */
    boolean isUpToDate(long lastLogIndex, long lastLogTerm) {
        // TODO 1B
        return true;
    }

    // ==== AppendEntries RPC: receiver ================================================================================

    AppendEntriesReply appendEntries(AppendEntriesRequest request) {
        throw new TodoException("1A", "answer AppendEntries: refuse old terms, else follow the leader");
    }

    /** AppendEntries 2 to 5: the request comes from the leader of the current term. */
    AppendEntriesReply acceptEntries(AppendEntriesRequest request) {
        // TODO 1B
        return Results.ofEntries(currentTerm, true);
    }

    /** Takes over the leader's entries behind {@code prevLogIndex}, up to which the logs agree. */
    void store(long prevLogIndex, List<LogEntry> entries) {
        throw new TodoException("1B", "remove what conflicts, append what the log lacks");
    }

    // ==== InstallSnapshot RPC: receiver (Figure 13) ==================================================================

    InstallSnapshotReply installSnapshot(InstallSnapshotRequest request) {
        throw new TodoException("1D", "answer InstallSnapshot: collect chunks, then take them over");
    }

    /** InstallSnapshot 6 to 8: all of the snapshot has arrived. */
    void install(long lastIncludedIndex, long lastIncludedTerm) {
        throw new TodoException("1D", "let the snapshot take the place of log and state");
    }

    // ==== Rules for servers: all =====================================================================================

    /** All servers 2: whatever comes from a higher term makes any server a follower in that term. */
    void observeTerm(long term) {
        throw new TodoException("1A", "become a follower when a higher term is seen");
    }

    /**
     * Ends candidacy or leadership; the leader of the term is not known yet. Who led waits for a leader again, with an
     * election timer and without heartbeats, and ends the snapshots that it sends.
     */
    void becomeFollower(String reason) {
        throw new TodoException("1A", "end candidacy or leadership");
    }

    /** All servers 1: apply what is committed, in order. May be called again from within, see {@link #applying}. */
    void applyCommitted() {
        throw new TodoException("1B", "apply what is committed, in order");
    }

    // ==== Rules for servers: followers ===============================================================================

    /** Followers 1 and 2: the leader of a term that is not older than the own has shown itself. */
    void follow(long term, Address leader) {
        throw new TodoException("1A", "follow the leader that has shown itself");
    }

    /** Starts to wait for a sign of life, for a time that is drawn anew. */
    void resetElectionTimer() {
        throw new TodoException("1A", "set the election timer, to a new random time within the limits");
    }

    // ==== Rules for servers: candidates ==============================================================================

    /** Candidates 1: a new term, the own vote, a new timeout, a request to everybody else. */
    void startElection() {
        throw new TodoException("1A", "stand for election in a new term");
    }

    /** {@code peer} has answered {@code request}, perhaps in a later term. */
    void voteAnswered(Address peer, RequestVoteRequest request, RequestVoteReply reply) {
        throw new TodoException("1A", "count a vote that is for the present candidacy");
    }

    /** Candidates 2: a majority of the votes makes a leader. Its window may be {@code maxPayloadBytes} wide. */
    void becomeLeaderWithMajority(Candidate candidate) {
        throw new TodoException("1A", "become the leader with the votes of a majority");
    }

    // ==== Rules for servers: leaders =================================================================================

    /** Leaders 1: heartbeats, at once after the election and again in every interval, so that nobody else stands. */
    void sendHeartbeats() {
        throw new TodoException("1A", "send a heartbeat to every follower, now and in every interval");
    }

    /** What {@code follower} should hold by now, and what is committed. */
    AppendEntriesRequest heartbeatTo(Progress follower) {
        // TODO 1B
        return entriesBehind(0).build();
    }

    /** An AppendEntries, still without entries; what is compacted already cannot be asked for. */
    private AppendEntriesRequest.Builder entriesBehind(long index) {
        long prevLogIndex = Math.max(index, log.baseIndex());
        return AppendEntriesRequest.newBuilder()
                .setTerm(currentTerm)
                .setLeader(context.self().text())
                .setPrevLogIndex(prevLogIndex)
                .setPrevLogTerm(log.term(prevLogIndex))
                .setLeaderCommit(commitIndex);
    }

    /**
     * Sends an AppendEntries; its answer counts as long as this server leads in the same term. It is told together with
     * the follower's {@code attempt()} as it is now.
     */
    void send(Progress follower, AppendEntriesRequest request) {
        throw new TodoException("1A", "send an AppendEntries and mind the term of the answer");
    }

    /** Leaders 2: a client's command goes into the leader's own log, and to the followers. */
    @Override
    public Proposal propose(ByteString command) {
        throw new TodoException("1B", "append a command to the log and send it to the followers");
    }

    /**
     * Leaders 3: {@code follower} has answered a request of the current term.
     *
     * @param attempt the follower's {@code attempt()} as it was when the request left
     */
    void followerAnswered(Progress follower, int attempt, AppendEntriesRequest request, AppendEntriesReply reply) {
        // TODO 1B
    }

    /** Leaders 3: send what the follower lacks, as far ahead of its answers as its window allows. */
    void replicateTo(Progress follower) {
        throw new TodoException("1B", "send a follower the entries that it lacks");
    }

    /** Leaders 4: an entry is committed when a majority holds it, but only one of the current term (Figure 8). */
    void advanceCommitIndex() {
        throw new TodoException("1B", "commit what a majority holds");
    }

    // ==== Reads without log writes (dissertation, section 6.4) =======================================================

    @Override
    public void readIndex(Consumer<ReadIndex> answer) {
        throw new TodoException("2D", "confirm that this server still leads, then answer with an index");
    }

    /** ReadIndex 2 and 3: note commitIndex, and ask everybody whether this server still leads. */
    void beginReadRound(Leader leader) {
        // TODO 2D
    }

    /** {@code peer} has answered something that was sent in {@code round}, or when it was the last one. */
    void leadershipConfirmed(Leader leader, Address peer, long round) {
        // TODO 2D
    }

    // ==== Log compaction (section 7) =================================================================================

    @Override
    public void compact(long index) {
        throw new TodoException("1D", "drop the log up to an index that the state machine holds");
    }

    /**
     * A follower that needs compacted entries gets a snapshot instead. Called when it has shown life: a dead one gets
     * nothing but heartbeats.
     */
    void bringSnapshot(Progress follower) {
        // TODO 1D
    }

    /** {@code follower} has answered a chunk of the current term. */
    void chunkAnswered(Progress follower, InstallSnapshotRequest chunk, InstallSnapshotReply reply) {
        throw new TodoException("1D", "send the next chunk; after the last one, entries");
    }
}
