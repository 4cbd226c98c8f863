// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftEvent;
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
import io.multiraft.solutions.lab1.RoleState.Candidate;
import io.multiraft.solutions.lab1.RoleState.Follower;
import io.multiraft.solutions.lab1.RoleState.Leader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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
    // region 1D
    /** How often the service may let go of a part of the log before it is dropped, whether a follower needs it or not. */
    private static final int RELEASES_MAX = 8;

    // endregion
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

    // region 1D
    /** Up to where the service has let go of the log that is not dropped yet, in ascending order. */
    private final Deque<Long> released = new ArrayDeque<>();

    // endregion

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
        // region 1C |
        currentTerm = persistent.loadCurrentTerm();
        votedFor = persistent.loadVotedFor();
        persistent.loadInto(log, currentTerm);
        // Deviation: the state machine survives a restart too; what it holds is applied, and therefore committed
        lastApplied = stateMachine.appliedIndex();
        commitIndex = lastApplied;
        if (lastApplied < log.baseIndex() || lastApplied > log.lastIndex()) {
            throw new IllegalStateException("the state machine holds everything up to index " + lastApplied
                    + ", but the stored log covers " + log.baseIndex() + " to " + log.lastIndex());
        }
        // endregion
    }

    @Override
    public RaftStatus status() {
        long firstIndex = log.baseIndex() + 1;
        return new RaftStatus(
                role.role(), currentTerm, role.leader(), commitIndex, lastApplied, firstIndex, log.lastIndex());
    }

    // ==== RequestVote RPC: receiver ==================================================================================

    RequestVoteReply requestVote(RequestVoteRequest request) {
        // region 1A | throw new TodoException("1A", "answer RequestVote: refuse old terms, vote once in a term");
        observeTerm(request.getTerm());
        Address candidate = new Address(request.getCandidate());
        // RequestVote 1: refuse candidates of older terms
        if (request.getTerm() < currentTerm) {
            return refuseVote(candidate, "its term is " + request.getTerm());
        }
        // RequestVote 2: one vote in a term ...
        if (votedFor.isPresent() && !votedFor.get().equals(candidate)) {
            return refuseVote(candidate, "voted for " + votedFor.get());
        }
        // RequestVote 2: ... and only for a log that is no worse than the own
        if (!isUpToDate(request.getLastLogIndex(), request.getLastLogTerm())) {
            return refuseVote(candidate, "its log is behind");
        }
        return vote(candidate);
        // endregion
    }

    /** Whether a log that ends like that is at least as up to date as the own (end of section 5.4.1). */
    boolean isUpToDate(long lastLogIndex, long lastLogTerm) {
        // region 1B | return true;
        return lastLogTerm > log.lastTerm() || (lastLogTerm == log.lastTerm() && lastLogIndex >= log.lastIndex());
        // endregion
    }

    // region 1A
    private RequestVoteReply vote(Address candidate) {
        votedFor = Optional.of(candidate);
        persistent.saveTermAndVote(currentTerm, votedFor);
        // Followers 2: whoever gives a vote waits anew
        resetElectionTimer();
        context.trace(new RaftEvent.Voted(currentTerm, candidate));
        return Results.ofVote(currentTerm, true);
    }

    private RequestVoteReply refuseVote(Address candidate, String reason) {
        context.trace(new RaftEvent.RefusedVote(currentTerm, candidate, reason));
        return Results.ofVote(currentTerm, false);
    }

    // endregion
    // ==== AppendEntries RPC: receiver ================================================================================

    AppendEntriesReply appendEntries(AppendEntriesRequest request) {
        // region 1A | throw new TodoException("1A", "answer AppendEntries: refuse old terms, else follow the leader");
        // AppendEntries 1: refuse leaders of older terms
        if (request.getTerm() < currentTerm) {
            return Results.ofEntries(currentTerm, false);
        }
        follow(request.getTerm(), new Address(request.getLeader()));
        return acceptEntries(request);
        // endregion
    }

    /** AppendEntries 2 to 5: the request comes from the leader of the current term. */
    AppendEntriesReply acceptEntries(AppendEntriesRequest request) {
        // region 1B | return Results.ofEntries(currentTerm, true);
        long prevLogIndex = request.getPrevLogIndex();
        // AppendEntries 2: the logs must agree before the entries; what a snapshot replaced is committed and agrees
        if (prevLogIndex >= log.baseIndex() && !log.matches(prevLogIndex, request.getPrevLogTerm())) {
            return conflictAt(prevLogIndex);
        }
        store(prevLogIndex, request.getEntriesList());
        // AppendEntries 5: no further than this request has shown the logs to agree
        commitUpTo(Math.min(request.getLeaderCommit(), prevLogIndex + request.getEntriesCount()));
        return Results.ofEntries(currentTerm, true);
        // endregion
    }

    /** Takes over the leader's entries behind {@code prevLogIndex}, up to which the logs agree. */
    void store(long prevLogIndex, List<LogEntry> entries) {
        // region 1B | throw new TodoException("1B", "remove what conflicts, append what the log lacks");
        int held = log.held(prevLogIndex, entries);
        if (held == entries.size()) {
            return; // a late or repeated request: it must not remove what follows
        }
        long index = prevLogIndex + 1 + held;
        // AppendEntries 3: an entry that conflicts goes, with all that follow it
        if (index <= log.lastIndex()) {
            log.truncateFrom(index);
            persistent.truncateFrom(index);
            context.trace(new RaftEvent.Truncated(index));
        }
        // AppendEntries 4: append what the log lacks
        append(entries.subList(held, entries.size()));
        // endregion
    }

    // region 1B
    private void append(List<LogEntry> entries) {
        persistent.saveEntries(log.lastIndex() + 1, entries);
        entries.forEach(log::append);
    }

    /** Refuses with a hint (end of section 5.3): the conflicting term and its first index, or where this log ends. */
    private AppendEntriesReply conflictAt(long prevLogIndex) {
        if (prevLogIndex > log.lastIndex()) {
            return Results.ofConflict(currentTerm, 0, log.lastIndex() + 1);
        }
        return Results.ofConflict(currentTerm, log.term(prevLogIndex), log.firstIndexOfTermAt(prevLogIndex));
    }

    // endregion
    // ==== InstallSnapshot RPC: receiver (Figure 13) ==================================================================

    InstallSnapshotReply installSnapshot(InstallSnapshotRequest request) {
        // region 1D | throw new TodoException("1D", "answer InstallSnapshot: collect chunks, then take them over");
        // InstallSnapshot 1: refuse leaders of older terms
        if (request.getTerm() < currentTerm) {
            return Results.ofChunk(currentTerm, 0, false);
        }
        follow(request.getTerm(), new Address(request.getLeader()));
        // Deviation: a snapshot that brings nothing new is not even collected, so the state never goes back
        boolean done = request.getLastIncludedIndex() <= commitIndex;
        // InstallSnapshot 2 to 5: collect the chunks in order; Deviation: offsets count records, not bytes
        if (!done && incoming.accept(request)) {
            install(request.getLastIncludedIndex(), request.getLastIncludedTerm());
            done = true;
        }
        return Results.ofChunk(currentTerm, incoming.nextOffset(), done);
        // endregion
    }

    /** InstallSnapshot 6 to 8: all of the snapshot has arrived. */
    void install(long lastIncludedIndex, long lastIncludedTerm) {
        // region 1D | throw new TodoException("1D", "let the snapshot take the place of log and state");
        if (log.matches(lastIncludedIndex, lastIncludedTerm)) {
            // InstallSnapshot 6: the log holds that entry, so what follows it stays
            log.compactTo(lastIncludedIndex);
            persistent.compactTo(lastIncludedIndex, lastIncludedTerm);
        } else {
            // InstallSnapshot 7: otherwise the whole log goes
            log.restartBehind(lastIncludedIndex, lastIncludedTerm);
            persistent.restartBehind(lastIncludedIndex, lastIncludedTerm);
        }
        // InstallSnapshot 8: the snapshot takes the place of the state
        stateMachine.install(lastIncludedIndex, SnapshotReceiver.KEYSPACE);
        incoming.forget();
        commitIndex = lastIncludedIndex;
        lastApplied = lastIncludedIndex;
        context.trace(new RaftEvent.InstalledSnapshot(lastIncludedIndex));
        // endregion
    }

    // ==== Rules for servers: all =====================================================================================

    /** All servers 2: whatever comes from a higher term makes any server a follower in that term. */
    void observeTerm(long term) {
        // region 1A | throw new TodoException("1A", "become a follower when a higher term is seen");
        if (term > currentTerm) {
            currentTerm = term;
            votedFor = Optional.empty();
            persistent.saveTermAndVote(currentTerm, votedFor);
            becomeFollower("saw a higher term");
        }
        // endregion
    }

    /**
     * Ends candidacy or leadership; the leader of the term is not known yet. Who led waits for a leader again, with an
     * election timer and without heartbeats, and ends the snapshots that it sends.
     */
    void becomeFollower(String reason) {
        // region 1A | throw new TodoException("1A", "end candidacy or leadership");
        RoleState before = role;
        role = new Follower(Optional.empty());
        if (before instanceof Leader leader) {
            leader.followers().forEach(Progress::endSnapshot);
            leader.reads().giveUp(role.leader());
            context.cancelTimer(HEARTBEAT_TIMER);
            resetElectionTimer();
        }
        context.trace(new RaftEvent.BecameFollower(currentTerm, reason));
        roleListener.onRole(currentTerm, role.role());
        // endregion
    }

    // region 1B
    private void commitUpTo(long index) {
        if (index > commitIndex) {
            commitIndex = index;
            context.trace(new RaftEvent.Committed(index));
            applyCommitted();
        }
    }

    // endregion
    /** All servers 1: apply what is committed, in order. May be called again from within, see {@link #applying}. */
    void applyCommitted() {
        // region 1B | throw new TodoException("1B", "apply what is committed, in order");
        if (applying) {
            return; // the state machine has proposed something from within apply: the loop that called it goes on
        }
        applying = true;
        while (lastApplied < commitIndex) {
            lastApplied++;
            stateMachine.apply(lastApplied, log.get(lastApplied).getCommand());
        }
        applying = false;
        // endregion
    }

    // ==== Rules for servers: followers ===============================================================================

    /** Followers 1 and 2: the leader of a term that is not older than the own has shown itself. */
    void follow(long term, Address leader) {
        // region 1A | throw new TodoException("1A", "follow the leader that has shown itself");
        observeTerm(term);
        // Candidates 3: another server leads the term
        if (role instanceof Candidate) {
            becomeFollower("heard of the leader");
        }
        if (role instanceof Follower) {
            role = new Follower(Optional.of(leader));
        }
        resetElectionTimer();
        // endregion
    }

    /** Starts to wait for a sign of life, for a time that is drawn anew. */
    void resetElectionTimer() {
        // region 1A | throw new TodoException("1A", "set the election timer, to a new random time within the limits");
        long min = options.electionTimeoutMin().toNanos();
        long max = options.electionTimeoutMax().toNanos();
        Duration timeout = Duration.ofNanos(context.random().nextLong(min, max));
        // Followers 2, Candidates 4: who has heard of no leader until then stands for election
        context.setTimer(ELECTION_TIMER, timeout, this::startElection);
        // endregion
    }

    // ==== Rules for servers: candidates ==============================================================================

    /** Candidates 1: a new term, the own vote, a new timeout, a request to everybody else. */
    void startElection() {
        // region 1A | throw new TodoException("1A", "stand for election in a new term");
        Candidate candidate = new Candidate();
        role = candidate;
        currentTerm++;
        votedFor = Optional.of(context.self());
        persistent.saveTermAndVote(currentTerm, votedFor);
        candidate.votes().add(context.self());
        resetElectionTimer();
        context.trace(new RaftEvent.BecameCandidate(currentTerm));
        roleListener.onRole(currentTerm, role.role());
        askForVotes();
        becomeLeaderWithMajority(candidate);
        // endregion
    }

    // region 1A
    private void askForVotes() {
        RequestVoteRequest request = RequestVoteRequest.newBuilder()
                .setTerm(currentTerm)
                .setCandidate(context.self().text())
                .setLastLogIndex(log.lastIndex())
                .setLastLogTerm(log.lastTerm())
                .build();
        for (Address peer : peers) {
            context.call(peer, RaftServiceGrpc.getRequestVoteMethod(), request, CallOptions.DEFAULT, reply -> {
                voteAnswered(peer, request, reply);
            });
        }
    }

    // endregion
    /** {@code peer} has answered {@code request}, perhaps in a later term. */
    void voteAnswered(Address peer, RequestVoteRequest request, RequestVoteReply reply) {
        // region 1A | throw new TodoException("1A", "count a vote that is for the present candidacy");
        observeTerm(reply.getTerm());
        if (role instanceof Candidate candidate && request.getTerm() == currentTerm && reply.getVoteGranted()) {
            candidate.votes().add(peer);
            becomeLeaderWithMajority(candidate);
        }
        // endregion
    }

    /** Candidates 2: a majority of the votes makes a leader. Its window may be {@code maxPayloadBytes} wide. */
    void becomeLeaderWithMajority(Candidate candidate) {
        // region 1A | throw new TodoException("1A", "become the leader with the votes of a majority");
        if (candidate.votes().size() < Quorum.majority(config.members().size())) {
            return;
        }
        role = Leader.of(context.self(), peers, log.lastIndex(), options.maxPayloadBytes());
        context.cancelTimer(ELECTION_TIMER);
        context.trace(new RaftEvent.BecameLeader(currentTerm));
        sendHeartbeats();
        roleListener.onRole(currentTerm, role.role());
        // endregion
    }

    // ==== Rules for servers: leaders =================================================================================

    /** Leaders 1: heartbeats, at once after the election and again in every interval, so that nobody else stands. */
    void sendHeartbeats() {
        // region 1A | throw new TodoException("1A", "send a heartbeat to every follower, now and in every interval");
        if (role instanceof Leader leader) {
            leader.followers().forEach(follower -> send(follower, heartbeatTo(follower)));
            context.setTimer(HEARTBEAT_TIMER, options.heartbeatInterval(), this::sendHeartbeats);
        }
        // endregion
    }

    /** What {@code follower} should hold by now, and what is committed. */
    AppendEntriesRequest heartbeatTo(Progress follower) {
        // region 1B | return entriesBehind(0).build();
        return entriesBehind(follower.heartbeat()).build();
        // endregion
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
        // region 1A | throw new TodoException("1A", "send an AppendEntries and mind the term of the answer");
        int attempt = follower.attempt();
        long round = role instanceof Leader leader ? leader.reads().round() : 0;
        context.call(follower.peer(), RaftServiceGrpc.getAppendEntriesMethod(), request, EARLY, reply -> {
            observeTerm(reply.getTerm());
            if (role instanceof Leader leader && request.getTerm() == currentTerm) {
                followerAnswered(leader.follower(follower.peer()), attempt, request, reply);
                leadershipConfirmed(leader, follower.peer(), round);
            }
        });
        // endregion
    }

    /** Leaders 2: a client's command goes into the leader's own log, and to the followers. */
    @Override
    public Proposal propose(ByteString command) {
        // region 1B | throw new TodoException("1B", "append a command to the log and send it to the followers");
        if (command.isEmpty()) {
            throw new IllegalArgumentException("an empty command is a leader's own");
        }
        if (!(role instanceof Leader leader)) {
            return new Proposal.NotLeader(role.leader());
        }
        if (command.size() > options.maxCommandBytes()) {
            return new Proposal.TooLarge(options.maxCommandBytes());
        }
        LogEntry entry =
                LogEntry.newBuilder().setTerm(currentTerm).setCommand(command).build();
        append(List.of(entry));
        Proposal accepted = new Proposal.Accepted(log.lastIndex(), currentTerm);
        leader.followers().forEach(this::replicateTo);
        advanceCommitIndex();
        return accepted;
        // endregion
    }

    /**
     * Leaders 3: {@code follower} has answered a request of the current term.
     *
     * @param attempt the follower's {@code attempt()} as it was when the request left
     */
    void followerAnswered(Progress follower, int attempt, AppendEntriesRequest request, AppendEntriesReply reply) {
        // region 1B |
        long prevLogIndex = request.getPrevLogIndex();
        long lastIndex = prevLogIndex + request.getEntriesCount();
        if (reply.getSuccess()) {
            // Leaders 3, success: it holds what the request carried, no matter what was sent since
            follower.confirmed(lastIndex);
        } else {
            // Leaders 3, failure: step back and try again
            long retryFrom = log.retryFrom(prevLogIndex, reply.getConflictTerm(), reply.getConflictIndex());
            if (follower.refused(attempt, prevLogIndex, lastIndex, retryFrom) && follower.canBeProbed(log)) {
                send(follower, entriesBehind(follower.nextIndex() - 1).build());
            }
        }
        goOn(follower);
        // endregion
    }

    // region 1B
    /** Does what an answer may have made possible. */
    private void goOn(Progress follower) {
        advanceCommitIndex();
        bringSnapshot(follower);
        replicateTo(follower);
    }

    // endregion
    /** Leaders 3: send what the follower lacks, as far ahead of its answers as its window allows. */
    void replicateTo(Progress follower) {
        // region 1B | throw new TodoException("1B", "send a follower the entries that it lacks");
        List<LogEntry> entries = follower.entriesToSend(log);
        while (!entries.isEmpty()) {
            AppendEntriesRequest.Builder request = entriesBehind(follower.nextIndex() - 1);
            follower.sent(entries);
            send(follower, request.addAllEntries(entries).build());
            entries = follower.entriesToSend(log);
        }
        // endregion
    }

    /** Leaders 4: an entry is committed when a majority holds it, but only one of the current term (Figure 8). */
    void advanceCommitIndex() {
        // region 1B | throw new TodoException("1B", "commit what a majority holds");
        if (role instanceof Leader leader) {
            long index = Quorum.reachedByMajority(leader.matchIndices(log.lastIndex()));
            if (index > commitIndex && log.term(index) == currentTerm) {
                commitUpTo(index);
            }
        }
        // endregion
    }

    // ==== Reads without log writes (dissertation, section 6.4) =======================================================

    @Override
    public void readIndex(Consumer<ReadIndex> answer) {
        // region 2D | throw new TodoException("2D", "confirm that this server still leads, then answer with an index");
        if (!(role instanceof Leader leader)) {
            answer.accept(new ReadIndex.NotLeader(role.leader()));
            return;
        }
        leader.reads().add(answer);
        // ReadIndex 1: without a committed entry of its term a leader may not know of all that is committed
        if (log.lastTerm() < currentTerm) {
            append(List.of(LogEntry.newBuilder().setTerm(currentTerm).build()));
            leader.followers().forEach(this::replicateTo);
            advanceCommitIndex();
        }
        beginReadRound(leader);
        // endregion
    }

    /** ReadIndex 2 and 3: note commitIndex, and ask everybody whether this server still leads. */
    void beginReadRound(Leader leader) {
        // region 2D |
        if (log.term(commitIndex) == currentTerm && leader.reads().beginRound(commitIndex)) {
            leader.followers()
                    .forEach(follower ->
                            send(follower, entriesBehind(follower.safeToAsk()).build()));
        }
        // endregion
    }

    /** {@code peer} has answered something that was sent in {@code round}, or when it was the last one. */
    void leadershipConfirmed(Leader leader, Address peer, long round) {
        // region 2D |
        leader.reads().confirmed(peer, round);
        beginReadRound(leader);
        // endregion
    }

    // ==== Log compaction (section 7) =================================================================================

    @Override
    public void compact(long index) {
        // region 1D | throw new TodoException("1D", "drop the log up to an index that the state machine holds");
        if (index > lastApplied) {
            throw new IllegalArgumentException(
                    "the log cannot be compacted up to index " + index + ": only " + lastApplied + " is applied");
        }
        if (index > (released.isEmpty() ? log.baseIndex() : released.getLast())) {
            released.add(index);
            dropReleased();
        }
        // endregion
    }

    // region 1D
    /**
     * Drops what the service has let go of. Deviation: a follower that gets a snapshot goes on with the entries behind it;
     * without them it would need another one, and under load one after the other. So its leader keeps them, up to a limit.
     */
    private void dropReleased() {
        if (released.isEmpty()) {
            return;
        }
        long unneeded = role instanceof Leader leader ? leader.unneeded(log.baseIndex()) : log.lastIndex();
        long index = log.baseIndex();
        while (!released.isEmpty() && (released.element() <= unneeded || released.size() > RELEASES_MAX)) {
            index = released.remove();
        }
        if (index > log.baseIndex()) {
            log.compactTo(index);
            persistent.compactTo(index, log.baseTerm());
            context.trace(new RaftEvent.Compacted(index));
        }
    }

    // endregion
    /**
     * A follower that needs compacted entries gets a snapshot instead. Called when it has shown life: a dead one gets
     * nothing but heartbeats.
     */
    void bringSnapshot(Progress follower) {
        // region 1D |
        follower.heard(log.lastIndex());
        dropReleased();
        Optional<SnapshotSender> sender = follower.snapshot();
        if (follower.nextIndex() > log.baseIndex()) {
            follower.endSnapshot();
        } else if (sender.isEmpty()) {
            sendChunk(follower, follower.beginSnapshot(snapshotNow()));
        } else if (sender.get().isOverdue(context.nowMicros())) {
            sendChunk(follower, sender.get());
        }
        // endregion
    }

    // region 1D
    private SnapshotSender snapshotNow() {
        return new SnapshotSender(stateMachine.snapshot(), log, currentTerm, context.self(), options.maxPayloadBytes());
    }

    private void sendChunk(Progress follower, SnapshotSender sender) {
        InstallSnapshotRequest chunk = sender.chunkToSend(context.nowMicros());
        context.call(follower.peer(), RaftServiceGrpc.getInstallSnapshotMethod(), chunk, CallOptions.DEFAULT, reply -> {
            observeTerm(reply.getTerm());
            if (role instanceof Leader leader && chunk.getTerm() == currentTerm) {
                chunkAnswered(leader.follower(follower.peer()), chunk, reply);
            }
        });
    }

    // endregion
    /** {@code follower} has answered a chunk of the current term. */
    void chunkAnswered(Progress follower, InstallSnapshotRequest chunk, InstallSnapshotReply reply) {
        // region 1D | throw new TodoException("1D", "send the next chunk; after the last one, entries");
        follower.heard(log.lastIndex());
        Optional<SnapshotSender> waiting = follower.snapshot().filter(sender -> sender.isAt(chunk));
        if (reply.getDone()) {
            waiting.ifPresent(sender -> follower.endSnapshot());
            follower.confirmed(chunk.getLastIncludedIndex());
            goOn(follower);
        } else if (waiting.isPresent()) {
            waiting.get().moveTo(reply.getNextOffset());
            sendChunk(follower, waiting.get());
        }
        // endregion
    }
}
