// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.TodoException;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftEvent;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.ReadIndex;
import io.multiraft.raft.Role;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A member of a Raft group, in the order of Figure 2 of the paper: state, RequestVote, AppendEntries, InstallSnapshot
 * (Figure 13), rules for servers. A numbered comment names the rule that the line below it carries out.
 *
 * <p>What a handler writes is durable before its answer leaves; see {@link io.multiraft.storage.Storage}.
 */
final class RaftNode implements Raft {
    private static final String ELECTION_TIMER = "election";
    private static final String HEARTBEAT_TIMER = "heartbeat";

    /** AppendEntries promises nothing that is not on disk yet, so it need not wait for the leader's own disk. */
    private static final CallOptions EARLY = CallOptions.DEFAULT.sentEarly();

    private final RaftConfig config;
    private final RaftOptions options;
    private final StateMachine stateMachine;
    private final RoleListener roleListener;
    private NodeContext context;
    private List<Address> peers = List.of();

    // ---- State: persistent on all servers -------------------------------------------------------------------------

    private PersistentState persistent;
    private long currentTerm;
    private Optional<Address> votedFor = Optional.empty();
    private final RaftLog log = new RaftLog();

    // ---- State: volatile on all servers ---------------------------------------------------------------------------

    private Role role = Role.FOLLOWER;
    private Optional<Address> leader = Optional.empty();
    private long commitIndex;
    private long lastApplied;
    private boolean applying;

    // ---- State: of candidates and leaders -------------------------------------------------------------------------

    /** Who voted for this candidate in the current term; a set, because a vote may arrive twice. */
    private final Set<Address> votes = new HashSet<>();

    /** nextIndex[] and matchIndex[]; filled only while this node leads. */
    private final Map<Address, Progress> progress = new HashMap<>();

    /** Snapshots on their way to followers; filled only while this node leads. */
    private final Map<Address, SnapshotSender> snapshots = new HashMap<>();

    // region 1D
    private SnapshotReceiver incoming;
    // endregion

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
        services.handle(RaftServiceGrpc.getRequestVoteMethod(), this::requestVote);
        services.handle(RaftServiceGrpc.getAppendEntriesMethod(), this::appendEntries);
        services.handle(RaftServiceGrpc.getInstallSnapshotMethod(), this::installSnapshot);
        persistent = new PersistentState(context.storage());
        recover();
        resetElectionTimer();
    }

    private void recover() {
        // region 1C |
        currentTerm = persistent.currentTerm();
        votedFor = persistent.votedFor();
        persistent.loadInto(log);
        // Only committed entries are applied, so what the state machine holds is committed.
        lastApplied = stateMachine.appliedIndex();
        commitIndex = lastApplied;
        if (lastApplied < log.baseIndex() || lastApplied > log.lastIndex()) {
            throw new IllegalStateException("the state machine has applied index " + lastApplied + ", but the log covers "
                    + log.baseIndex() + " to " + log.lastIndex());
        }
        // endregion
    }

    // ---- RequestVote RPC: receiver --------------------------------------------------------------------------------

    private RequestVoteReply requestVote(RequestVoteRequest request) {
        // region 1A | throw new TodoException("1A", "answer RequestVote: refuse old terms, vote once in a term");
        observeTerm(request.getTerm());
        Address candidate = new Address(request.getCandidate());
        boolean granted =
                // RequestVote 1: refuse candidates of older terms
                request.getTerm() == currentTerm
                        // RequestVote 2: one vote in a term, and only for a log that is no worse than the own
                        && (votedFor.isEmpty() || votedFor.get().equals(candidate))
                        && isUpToDate(request.getLastLogIndex(), request.getLastLogTerm());
        if (granted) {
            votedFor = Optional.of(candidate);
            persistent.saveTermAndVote(currentTerm, votedFor);
            resetElectionTimer();
            context.trace(new RaftEvent.Voted(currentTerm, candidate));
        }
        return RequestVoteReply.newBuilder()
                .setTerm(currentTerm)
                .setVoteGranted(granted)
                .build();
        // endregion
    }

    /** Whether a log that ends like that is at least as up to date as this node's (last paragraph of section 5.4.1). */
    private boolean isUpToDate(long lastLogIndex, long lastLogTerm) {
        // region 1B | return true;
        return lastLogTerm > log.lastTerm() || (lastLogTerm == log.lastTerm() && lastLogIndex >= log.lastIndex());
        // endregion
    }

    // ---- AppendEntries RPC: receiver ------------------------------------------------------------------------------

    private AppendEntriesReply appendEntries(AppendEntriesRequest request) {
        // region 1A | throw new TodoException("1A", "answer AppendEntries as a heartbeat: follow the leader of the term");
        // AppendEntries 1: refuse leaders of older terms
        if (request.getTerm() < currentTerm) {
            return refuse().build();
        }
        follow(request.getTerm(), new Address(request.getLeader()));
        return acceptEntries(request);
        // endregion
    }

    private AppendEntriesReply acceptEntries(AppendEntriesRequest request) {
        // region 1B | return AppendEntriesReply.newBuilder().setTerm(currentTerm).setSuccess(true).build();
        long prevLogIndex = request.getPrevLogIndex();
        // AppendEntries 2: the logs must agree before the new entries. What a snapshot covers is committed and agrees.
        if (prevLogIndex >= log.baseIndex() && !log.matches(prevLogIndex, request.getPrevLogTerm())) {
            return conflictAt(prevLogIndex);
        }
        long index = prevLogIndex;
        for (LogEntry entry : request.getEntriesList()) {
            store(++index, entry);
        }
        // AppendEntries 5: only up to the last entry that is known to agree; behind it the own log may be wrong
        commitUpTo(Math.min(request.getLeaderCommit(), index));
        return AppendEntriesReply.newBuilder()
                .setTerm(currentTerm)
                .setSuccess(true)
                .build();
        // endregion
    }

    // region 1B
    private void store(long index, LogEntry entry) {
        if (index <= log.baseIndex() || log.matches(index, entry.getTerm())) {
            return; // held already: a repeated or late request must not remove what follows
        }
        // AppendEntries 3: an entry that conflicts goes, with all that follow it
        if (index <= log.lastIndex()) {
            context.trace(new RaftEvent.Truncated(index));
            log.truncateFrom(index);
            persistent.truncateFrom(index);
        }
        // AppendEntries 4: append what is not in the log yet
        append(entry);
    }

    private void append(LogEntry entry) {
        log.append(entry);
        persistent.saveEntry(log.lastIndex(), entry);
    }

    private AppendEntriesReply conflictAt(long prevLogIndex) {
        if (prevLogIndex > log.lastIndex()) {
            return refuse().setConflictIndex(log.lastIndex() + 1).build();
        }
        return refuse()
                .setConflictTerm(log.term(prevLogIndex))
                .setConflictIndex(log.firstIndexOfTermAt(prevLogIndex))
                .build();
    }

    // endregion
    // region 1A
    private AppendEntriesReply.Builder refuse() {
        return AppendEntriesReply.newBuilder().setTerm(currentTerm).setSuccess(false);
    }

    // endregion
    // ---- InstallSnapshot RPC: receiver (Figure 13) ----------------------------------------------------------------

    private InstallSnapshotReply installSnapshot(InstallSnapshotRequest request) {
        // region 1D | throw new TodoException("1D", "answer InstallSnapshot: collect the chunks, then replace the state");
        InstallSnapshotReply.Builder reply = InstallSnapshotReply.newBuilder();
        // InstallSnapshot 1: refuse leaders of older terms
        if (request.getTerm() < currentTerm) {
            return reply.setTerm(currentTerm).build();
        }
        follow(request.getTerm(), new Address(request.getLeader()));
        reply.setTerm(currentTerm);
        // Deviation: a snapshot that brings nothing new is not taken; the state machine never goes back
        if (request.getLastIncludedIndex() <= commitIndex) {
            return reply.setDone(true).build();
        }
        // InstallSnapshot 2 to 5: collect the chunks in order, and answer after each
        receiver().accept(request);
        boolean complete = incoming.isComplete();
        reply.setNextOffset(incoming.nextOffset()).setDone(complete);
        if (complete) {
            install(request.getLastIncludedIndex(), request.getLastIncludedTerm());
        }
        return reply.build();
        // endregion
    }

    // region 1D
    private SnapshotReceiver receiver() {
        if (incoming == null) {
            incoming = new SnapshotReceiver(context.storage());
        }
        return incoming;
    }

    private void install(long lastIncludedIndex, long lastIncludedTerm) {
        // InstallSnapshot 6: if the entry is in the log, keep what follows it
        if (log.matches(lastIncludedIndex, lastIncludedTerm)) {
            log.compactTo(lastIncludedIndex);
        } else {
            // InstallSnapshot 7: otherwise the whole log goes
            log.restartBehind(lastIncludedIndex, lastIncludedTerm);
            persistent.truncateFrom(1);
        }
        persistent.saveBase(lastIncludedIndex, lastIncludedTerm);
        // InstallSnapshot 8: the snapshot takes the place of the state
        stateMachine.install(lastIncludedIndex, SnapshotReceiver.KEYSPACE);
        incoming.forget();
        commitIndex = lastIncludedIndex;
        lastApplied = lastIncludedIndex;
        context.trace(new RaftEvent.InstalledSnapshot(lastIncludedIndex));
    }

    // endregion
    // ---- Rules for all servers ------------------------------------------------------------------------------------

    /** All servers 2: a request or reply of a higher term makes any server a follower of that term. */
    private void observeTerm(long term) {
        // region 1A | throw new TodoException("1A", "become a follower when a higher term is seen");
        if (term > currentTerm) {
            currentTerm = term;
            votedFor = Optional.empty();
            persistent.saveTermAndVote(currentTerm, votedFor);
            leader = Optional.empty();
            becomeFollower("saw a higher term");
        }
        // endregion
    }

    // region 1A
    private void becomeFollower(String reason) {
        boolean wasLeader = role == Role.LEADER;
        role = Role.FOLLOWER;
        votes.clear();
        if (wasLeader) {
            progress.clear();
            snapshots.values().forEach(SnapshotSender::close);
            snapshots.clear();
            context.cancelTimer(HEARTBEAT_TIMER);
            resetElectionTimer();
        }
        context.trace(new RaftEvent.BecameFollower(currentTerm, reason));
        roleListener.onRole(currentTerm, role);
    }

    /** The leader of a term that is not older than the own one has shown itself. */
    private void follow(long term, Address newLeader) {
        observeTerm(term);
        // Candidates 3: another server leads this term
        if (role == Role.CANDIDATE) {
            becomeFollower("heard of the leader");
        }
        leader = Optional.of(newLeader);
        resetElectionTimer();
    }

    // endregion
    // region 1B
    private void commitUpTo(long index) {
        if (index > commitIndex) {
            commitIndex = index;
            context.trace(new RaftEvent.Committed(index));
            applyCommitted();
        }
    }

    /** All servers 1: apply what is committed, in order. */
    private void applyCommitted() {
        if (applying) {
            return; // a state machine that proposes or compacts from within apply: the loop below goes on
        }
        applying = true;
        while (lastApplied < commitIndex) {
            lastApplied++;
            stateMachine.apply(lastApplied, log.get(lastApplied).getCommand());
        }
        applying = false;
    }

    // endregion
    // ---- Rules for followers and candidates -----------------------------------------------------------------------

    private void resetElectionTimer() {
        // region 1A | throw new TodoException("1A", "set the election timer, with a new random timeout each time");
        long min = options.electionTimeoutMin().toNanos() / 1_000;
        long max = options.electionTimeoutMax().toNanos() / 1_000;
        long timeout = context.random().nextLong(min, max);
        // Followers 2, Candidates 4: who hears of no leader stands for election
        context.setTimer(ELECTION_TIMER, Duration.ofNanos(timeout * 1_000), this::startElection);
        // endregion
    }

    // region 1A
    /** Candidates 1. */
    private void startElection() {
        role = Role.CANDIDATE;
        leader = Optional.empty();
        currentTerm++;
        votedFor = Optional.of(context.self());
        persistent.saveTermAndVote(currentTerm, votedFor);
        votes.clear();
        votes.add(context.self());
        resetElectionTimer();
        context.trace(new RaftEvent.BecameCandidate(currentTerm));
        roleListener.onRole(currentTerm, role);
        RequestVoteRequest request = RequestVoteRequest.newBuilder()
                .setTerm(currentTerm)
                .setCandidate(context.self().text())
                .setLastLogIndex(log.lastIndex())
                .setLastLogTerm(log.lastTerm())
                .build();
        for (Address peer : peers) {
            context.call(
                    peer,
                    RaftServiceGrpc.getRequestVoteMethod(),
                    request,
                    CallOptions.DEFAULT,
                    reply -> voteArrived(peer, request, reply));
        }
        becomeLeaderWithMajority();
    }

    private void voteArrived(Address peer, RequestVoteRequest request, RequestVoteReply reply) {
        observeTerm(reply.getTerm());
        if (role != Role.CANDIDATE || request.getTerm() != currentTerm || !reply.getVoteGranted()) {
            return;
        }
        votes.add(peer);
        becomeLeaderWithMajority();
    }

    /** Candidates 2. */
    private void becomeLeaderWithMajority() {
        if (votes.size() < Quorum.majority(config.members().size())) {
            return;
        }
        role = Role.LEADER;
        leader = Optional.of(context.self());
        peers.forEach(peer -> progress.put(peer, new Progress(log.lastIndex())));
        context.cancelTimer(ELECTION_TIMER);
        context.trace(new RaftEvent.BecameLeader(currentTerm));
        sendHeartbeats();
        roleListener.onRole(currentTerm, role);
    }

    // endregion
    // ---- Rules for leaders ----------------------------------------------------------------------------------------

    // region 1A
    /** Leaders 1: at once after the election, and again in every interval, so that nobody else stands. */
    private void sendHeartbeats() {
        for (Address peer : peers) {
            AppendEntriesRequest request = heartbeatTo(peer);
            sendEntries(peer, request);
        }
        context.setTimer(HEARTBEAT_TIMER, options.heartbeatInterval(), this::sendHeartbeats);
    }

    private void sendEntries(Address peer, AppendEntriesRequest request) {
        context.call(
                peer,
                RaftServiceGrpc.getAppendEntriesMethod(),
                request,
                EARLY,
                reply -> entriesAnswered(peer, request, reply));
    }

    private void entriesAnswered(Address peer, AppendEntriesRequest request, AppendEntriesReply reply) {
        observeTerm(reply.getTerm());
        // an answer to an earlier reign of this node says nothing about the present one
        if (role == Role.LEADER && request.getTerm() == currentTerm) {
            followerAnswered(peer, request, reply);
        }
    }

    // endregion
    private AppendEntriesRequest heartbeatTo(Address peer) {
        // region 1B | return AppendEntriesRequest.newBuilder().setTerm(currentTerm).setLeader(context.self().text()).build();
        Progress follower = progress.get(peer);
        follower.heartbeatSent();
        snapshotHeartbeat(peer);
        return entriesBehind(Math.max(log.baseIndex(), follower.heartbeatIndex())).build();
        // endregion
    }

    // region 1B
    private AppendEntriesRequest.Builder entriesBehind(long prevLogIndex) {
        return AppendEntriesRequest.newBuilder()
                .setTerm(currentTerm)
                .setLeader(context.self().text())
                .setPrevLogIndex(prevLogIndex)
                .setPrevLogTerm(log.term(prevLogIndex))
                .setLeaderCommit(commitIndex);
    }

    // endregion
    /** Leaders 2, first half: a command goes into the leader's own log and then to the followers. */
    @Override
    public Proposal propose(ByteString command) {
        // region 1B | throw new TodoException("1B", "append a client's command to the log and send it to the followers");
        if (command.isEmpty()) {
            throw new IllegalArgumentException("an empty command is a leader's own");
        }
        if (role != Role.LEADER) {
            return new Proposal.NotLeader(leader);
        }
        if (command.size() > options.maxCommandBytes()) {
            return new Proposal.TooLarge(options.maxCommandBytes());
        }
        append(LogEntry.newBuilder().setTerm(currentTerm).setCommand(command).build());
        Proposal accepted = new Proposal.Accepted(log.lastIndex(), currentTerm);
        peers.forEach(this::replicateTo);
        advanceCommitIndex();
        return accepted;
        // endregion
    }

    private void followerAnswered(Address peer, AppendEntriesRequest request, AppendEntriesReply reply) {
        // region 1B |
        Progress follower = progress.get(peer);
        if (snapshots.containsKey(peer)) {
            resendSnapshotChunk(peer);
        } else if (reply.getSuccess()) {
            // Leaders 3, success: what the request carried is replicated there
            follower.confirmed(
                    request.getPrevLogIndex() + request.getEntriesCount(), request.getEntriesCount() > 0);
            advanceCommitIndex();
            replicateTo(peer);
        } else {
            // Leaders 3, failure: go back and try again; a late or repeated answer is no news and changes nothing
            boolean news = follower.rejected(request.getPrevLogIndex(), nextIndexFrom(request, reply));
            if (!needsSnapshot(peer) && news) {
                sendEntries(peer, entriesBehind(follower.nextIndex() - 1).build());
            }
        }
        // endregion
    }

    // region 1B
    /** Leaders 3: send what the follower lacks, as far ahead of its answers as its window allows. */
    private void replicateTo(Address peer) {
        Progress follower = progress.get(peer);
        while (role == Role.LEADER && follower.mayStream() && follower.nextIndex() <= log.lastIndex()) {
            if (needsSnapshot(peer)) {
                return;
            }
            List<LogEntry> entries = log.from(follower.nextIndex(), options.maxPayloadBytes());
            AppendEntriesRequest request = entriesBehind(follower.nextIndex() - 1)
                    .addAllEntries(entries)
                    .build();
            follower.sent(entries.size());
            sendEntries(peer, request);
        }
    }

    /** Where to try next after a rejection: skips all entries of a term that cannot match (end of section 5.3). */
    private long nextIndexFrom(AppendEntriesRequest request, AppendEntriesReply reply) {
        long prevLogIndex = request.getPrevLogIndex();
        if (reply.getConflictIndex() == 0) {
            return prevLogIndex; // no hint: one step back
        }
        if (reply.getConflictTerm() == 0 || prevLogIndex <= log.baseIndex()) {
            return reply.getConflictIndex();
        }
        long candidate = log.lastIndexOfTermUpTo(reply.getConflictTerm(), prevLogIndex);
        return log.term(candidate) == reply.getConflictTerm()
                ? candidate + 1
                : Math.min(candidate + 1, reply.getConflictIndex());
    }

    /** Leaders 4: an entry is committed when a majority holds it, but only one of the current term (Figure 8). */
    private void advanceCommitIndex() {
        List<Long> held = new ArrayList<>(List.of(log.lastIndex()));
        progress.values().forEach(follower -> held.add(follower.matchIndex()));
        long index = Quorum.reachedByMajority(held);
        if (index > commitIndex && log.term(index) == currentTerm) {
            commitUpTo(index);
        }
    }

    // endregion
    // ---- Log compaction: the leader's side (section 7) ------------------------------------------------------------

    @Override
    public void compact(long index) {
        // region 1D | throw new TodoException("1D", "drop the log up to an index that the state machine holds");
        if (index > lastApplied) {
            throw new IllegalArgumentException(
                    "index " + index + " cannot be compacted: only " + lastApplied + " is applied");
        }
        if (index > log.baseIndex()) {
            log.compactTo(index);
            persistent.saveBase(index, log.baseTerm());
            context.trace(new RaftEvent.Compacted(index));
        }
        // endregion
    }

    /** Whether the entries that the follower needs next are gone; if so, a snapshot is on its way from now on. */
    private boolean needsSnapshot(Address peer) {
        // region 1D | return false;
        if (snapshots.containsKey(peer)) {
            return true;
        }
        if (progress.get(peer).nextIndex() > log.baseIndex()) {
            return false;
        }
        var snapshot = stateMachine.snapshot();
        long term = log.term(snapshot.lastIncludedIndex());
        snapshots.put(peer, new SnapshotSender(snapshot, term, options.maxPayloadBytes()));
        sendSnapshotChunk(peer);
        return true;
        // endregion
    }

    private void snapshotHeartbeat(Address peer) {
        // region 1D |
        if (snapshots.containsKey(peer)) {
            snapshots.get(peer).heartbeatSent();
        }
        // endregion
    }

    /** A follower that answers heartbeats but not its chunk has not got it. */
    private void resendSnapshotChunk(Address peer) {
        // region 1D |
        if (snapshots.get(peer).mustBeSentAgain()) {
            sendSnapshotChunk(peer);
        }
        // endregion
    }

    // region 1D
    private void sendSnapshotChunk(Address peer) {
        InstallSnapshotRequest request = snapshots.get(peer).chunk().toBuilder()
                .setTerm(currentTerm)
                .setLeader(context.self().text())
                .build();
        context.call(
                peer,
                RaftServiceGrpc.getInstallSnapshotMethod(),
                request,
                CallOptions.DEFAULT,
                reply -> chunkAnswered(peer, request, reply));
    }

    private void chunkAnswered(Address peer, InstallSnapshotRequest request, InstallSnapshotReply reply) {
        observeTerm(reply.getTerm());
        SnapshotSender sender = snapshots.get(peer);
        if (role != Role.LEADER
                || request.getTerm() != currentTerm
                || sender == null
                || sender.lastIncludedIndex() != request.getLastIncludedIndex()) {
            return;
        }
        if (reply.getDone()) {
            snapshots.remove(peer).close();
            progress.get(peer).confirmed(request.getLastIncludedIndex(), false);
            advanceCommitIndex();
            if (!needsSnapshot(peer)) {
                replicateTo(peer);
            }
        } else if (sender.isConfirmedBy(request.getOffset(), reply.getNextOffset())) {
            sender.next();
            sendSnapshotChunk(peer);
        } else if (reply.getNextOffset() == 0 && sender.chunk().getOffset() == request.getOffset()) {
            sender.rewind(); // the follower has lost what it had
            sendSnapshotChunk(peer);
        }
    }

    // endregion
    // ---- For the service ------------------------------------------------------------------------------------------

    @Override
    public RaftStatus status() {
        return new RaftStatus(
                role, currentTerm, leader, commitIndex, lastApplied, log.baseIndex() + 1, log.lastIndex());
    }

    @Override
    public void readIndex(Consumer<ReadIndex> answer) {
        throw new TodoException("2D", "confirm that this node still leads, then answer with its commit index");
    }
}
