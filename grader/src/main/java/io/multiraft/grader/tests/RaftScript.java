// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.raft.RaftWatch;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.grader.sim.ScriptedPeer.Incoming;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.ReadIndex;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * One real node, {@code n1}, whose peers {@code n2}, {@code n3}, … are played by hand: they say what a test makes them say,
 * and nothing else. Messages arrive in order, after half a millisecond.
 */
public final class RaftScript {
    private static final long ANSWER_MICROS = 500_000;
    private static final long ELECTION_MICROS = 3_000_000;
    private static final NetworkModel IN_ORDER = new NetworkModel(500, 500, 0, 0, 0, 0);

    private final Simulation simulation;
    private final RaftWatch watch;
    private final RaftFactory factory;
    private final List<Address> members;
    private final List<ScriptedPeer> peers = new ArrayList<>();
    private long compactEvery;
    private long electionTerm;
    private long openSnapshots;

    RaftScript(RaftFactory factory, long seed, int size, boolean restartsJudged) {
        this.factory = factory;
        this.simulation = new Simulation(seed, IN_ORDER, DiskModel.FAST);
        this.members =
                IntStream.rangeClosed(1, size).mapToObj(RaftHarness::address).toList();
        this.watch = new RaftWatch(simulation, size, restartsJudged);
        simulation.addObserver(watch);
        simulation.addObserver(new Observer() {
            @Override
            public void onBoot(SimNode node) {
                openSnapshots = 0;
            }

            @Override
            public void onEffect(SimNode node, NodeEffect effect) {
                if (effect instanceof NodeEffect.Report report && report.kind().equals(RaftHarness.OPEN_SNAPSHOTS)) {
                    openSnapshots = report.number();
                }
            }
        });
    }

    void boot() {
        members.subList(1, members.size()).forEach(address -> peers.add(simulation.addScripted(address)));
        RaftConfig config = new RaftConfig(members, RaftOptions.DEFAULT);
        simulation.addNode(
                members.get(0),
                report -> RaftHarness.boot(factory, config, compactEvery).create(report));
    }

    Simulation simulation() {
        return simulation;
    }

    /** From its next boot on the node compacts its log every {@code entries} entries. */
    public void compactEvery(long entries) {
        compactEvery = entries;
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /** Lets virtual time pass. */
    public void run(Duration time) {
        simulation.runUntil(simulation.nowMicros() + time.toNanos() / 1_000);
    }

    /** Virtual time since the beginning. */
    public Duration now() {
        return Duration.ofNanos(simulation.nowMicros() * 1_000);
    }

    // ---- what peers send ------------------------------------------------------------------------------------------

    /** The entry that carries {@code command}. */
    public static LogEntry entry(long term, String command) {
        return LogEntry.newBuilder()
                .setTerm(term)
                .setCommand(ByteString.copyFromUtf8(command))
                .build();
    }

    /**
     * The entries of a log, from index 1 on, by their terms. The command of the entry of term 2 at index 3 is {@code 3@2}.
     */
    public static LogEntry[] log(long... terms) {
        return IntStream.range(0, terms.length)
                .mapToObj(i -> entry(terms[i], (i + 1) + "@" + terms[i]))
                .toArray(LogEntry[]::new);
    }

    /** Gives the node, whose log is empty, a log: peer {@code n<leader>} led all those terms. Nothing of it is committed. */
    public void hold(int leader, long... terms) {
        LogEntry[] entries = log(terms);
        for (int from = 0, to = 0; from < terms.length; from = to) {
            while (to < terms.length && terms[to] == terms[from]) {
                to++;
            }
            AppendEntriesReply reply = append(
                    leader,
                    terms[from],
                    from,
                    from == 0 ? 0 : terms[from - 1],
                    0,
                    Arrays.copyOfRange(entries, from, to));
            expect(
                    reply.getSuccess(),
                    "A follower accepts entries that follow what it holds (AppendEntries 4; Figure 2).",
                    "n1 refused the entry at index " + (from + 1) + " from n" + leader + ", leader of term "
                            + terms[from]);
        }
    }

    /** Peer {@code n<peer>} asks the node for its vote; the answer. */
    public RequestVoteReply askVote(int peer, long term, long lastLogIndex, long lastLogTerm) {
        RequestVoteRequest request = RequestVoteRequest.newBuilder()
                .setTerm(term)
                .setCandidate("n" + peer)
                .setLastLogIndex(lastLogIndex)
                .setLastLogTerm(lastLogTerm)
                .build();
        return ask(peer, RaftServiceGrpc.getRequestVoteMethod(), request, RequestVoteReply.parser());
    }

    /** Peer {@code n<peer>}, as leader of {@code term}, sends entries behind {@code prev}; the answer. */
    public AppendEntriesReply append(
            int peer, long term, long prevLogIndex, long prevLogTerm, long leaderCommit, LogEntry... entries) {
        AppendEntriesRequest request = AppendEntriesRequest.newBuilder()
                .setTerm(term)
                .setLeader("n" + peer)
                .setPrevLogIndex(prevLogIndex)
                .setPrevLogTerm(prevLogTerm)
                .setLeaderCommit(leaderCommit)
                .addAllEntries(List.of(entries))
                .build();
        return ask(peer, RaftServiceGrpc.getAppendEntriesMethod(), request, AppendEntriesReply.parser());
    }

    /** Peer {@code n<peer>} sends a chunk of a snapshot; the answer. */
    public InstallSnapshotReply installSnapshot(int peer, InstallSnapshotRequest request) {
        return ask(peer, RaftServiceGrpc.getInstallSnapshotMethod(), request, InstallSnapshotReply.parser());
    }

    private <Q extends MessageLite, R extends MessageLite> R ask(
            int peer, MethodDescriptor<Q, R> rpc, Q request, Parser<R> parser) {
        ScriptedPeer.Call call = peer(peer).send(members.get(0), rpc, request);
        simulation.runUntil(
                simulation.nowMicros() + ANSWER_MICROS, () -> call.reply(parser).isPresent());
        return call.reply(parser)
                .orElseThrow(() -> new Violation(
                        Property.PROTOCOL,
                        "n1 did not answer a " + rpc.getBareMethodName() + " of n" + peer
                                + ": every request gets an answer."));
    }

    private ScriptedPeer peer(int number) {
        return peers.get(number - 2);
    }

    // ---- what the node sends --------------------------------------------------------------------------------------

    /** Waits until the node stands for election in a term in which it did not stand before; what it sends to n2. */
    public Incoming<RequestVoteRequest> awaitCandidacy() {
        electionTerm++;
        return awaitVoteRequest(2);
    }

    /** Like {@link #awaitCandidacy}, without the request. */
    public RequestVoteRequest awaitCandidate() {
        return awaitCandidacy().request();
    }

    /** The first request for votes in {@code term} or a later one that has come to {@code n<peer>} already, if any. */
    public Optional<RequestVoteRequest> takeVoteRequest(int peer, long term) {
        return peer(peer)
                .take(RaftServiceGrpc.getRequestVoteMethod(), vote -> vote.getTerm() >= term)
                .map(Incoming::request);
    }

    /** The node's request to {@code n<peer>} in the candidacy that was awaited last, or in a later one. */
    public Incoming<RequestVoteRequest> awaitVoteRequest(int peer) {
        Incoming<RequestVoteRequest> request = await(
                peer,
                RaftServiceGrpc.getRequestVoteMethod(),
                vote -> vote.getTerm() >= electionTerm,
                ELECTION_MICROS,
                "a RequestVote: a server that hears of no leader stands for election");
        electionTerm = request.request().getTerm();
        return request;
    }

    /** Answers a vote request. */
    public void vote(Incoming<RequestVoteRequest> request, boolean granted) {
        voteIn(request.request().getTerm(), request, granted);
    }

    /** Answers a vote request, as a server that is in {@code term}. */
    public void voteIn(long term, Incoming<RequestVoteRequest> request, boolean granted) {
        answer(
                request,
                RequestVoteReply.newBuilder()
                        .setTerm(term)
                        .setVoteGranted(granted)
                        .build());
    }

    /**
     * Lets the node win an election with the votes of as few peers as are needed, n2 first.
     *
     * @return its term
     */
    public long becomeLeader() {
        return becomeLeader(IntStream.range(2, 2 + members.size() / 2).toArray());
    }

    /**
     * Lets the node win an election with the votes of {@code voters}.
     *
     * @return its term
     */
    public long becomeLeader(int... voters) {
        for (int attempt = 0; attempt < 20; attempt++) {
            electionTerm++;
            for (int voter : voters) {
                vote(awaitVoteRequest(voter), true);
            }
            if (leadsWithin(Duration.ofMillis(100), electionTerm)) {
                return electionTerm;
            }
        }
        throw new Violation(
                Property.PROTOCOL,
                "n1 got the votes of a majority of " + members.size()
                        + " servers again and again and never became leader.");
    }

    /** Whether the node leads {@code term} or a later one now or within {@code time}. */
    public boolean leadsWithin(Duration time, long term) {
        return simulation.runUntil(simulation.nowMicros() + time.toNanos() / 1_000, () -> watch.leaderTerm() >= term);
    }

    /** Waits for an AppendEntries to {@code n<peer>} that fits; {@code what} says what is waited for. */
    public Incoming<AppendEntriesRequest> awaitEntries(int peer, String what, Predicate<AppendEntriesRequest> fits) {
        return await(peer, RaftServiceGrpc.getAppendEntriesMethod(), fits, 1_000_000, what);
    }

    /** Waits for an InstallSnapshot to {@code n<peer>}. */
    public Incoming<InstallSnapshotRequest> awaitSnapshot(
            int peer, String what, Predicate<InstallSnapshotRequest> fits) {
        return await(peer, RaftServiceGrpc.getInstallSnapshotMethod(), fits, 1_000_000, what);
    }

    /** Takes an InstallSnapshot to {@code n<peer>} that has come already, if there is one. */
    public Optional<Incoming<InstallSnapshotRequest>> takeSnapshot(int peer) {
        return peer(peer).take(RaftServiceGrpc.getInstallSnapshotMethod(), chunk -> true);
    }

    /** Index up to which a follower agrees with the leader once it has accepted {@code request}. */
    public static long lastIndex(AppendEntriesRequest request) {
        return request.getPrevLogIndex() + request.getEntriesCount();
    }

    /** Takes an AppendEntries to {@code n<peer>} that has come already and fits, if there is one. */
    public Optional<Incoming<AppendEntriesRequest>> takeEntries(int peer, Predicate<AppendEntriesRequest> fits) {
        return peer(peer).take(RaftServiceGrpc.getAppendEntriesMethod(), fits);
    }

    private <Q> Incoming<Q> await(
            int peer, MethodDescriptor<Q, ?> rpc, Predicate<Q> fits, long withinMicros, String what) {
        List<Incoming<Q>> found = new ArrayList<>();
        simulation.runUntil(simulation.nowMicros() + withinMicros, () -> {
            peer(peer).take(rpc, fits).ifPresent(found::add);
            return !found.isEmpty();
        });
        if (found.isEmpty()) {
            throw new Violation(
                    Property.PROTOCOL,
                    "Within " + withinMicros / 1_000 + " ms n1 did not send n" + peer + " " + what + ".");
        }
        return found.get(0);
    }

    /** Peer confirms the entries of a request. */
    public void confirm(Incoming<AppendEntriesRequest> request) {
        peerOf(request)
                .answer(
                        request,
                        AppendEntriesReply.newBuilder()
                                .setTerm(request.request().getTerm())
                                .setSuccess(true)
                                .build());
    }

    /** Peer says that its log does not match, with a hint; zeros for none. */
    public void deny(Incoming<AppendEntriesRequest> request, long conflictTerm, long conflictIndex) {
        peerOf(request)
                .answer(
                        request,
                        AppendEntriesReply.newBuilder()
                                .setTerm(request.request().getTerm())
                                .setConflictTerm(conflictTerm)
                                .setConflictIndex(conflictIndex)
                                .build());
    }

    /** Peer answers with any message. */
    public void answer(Incoming<?> request, MessageLite reply) {
        peerOf(request).answer(request, reply);
    }

    /** All peers forget the requests that came so far. */
    public void forgetRequests() {
        peers.forEach(ScriptedPeer::dropRequests);
    }

    private ScriptedPeer peerOf(Incoming<?> request) {
        return peers.stream()
                .filter(peer -> peer.address().equals(request.message().to()))
                .findFirst()
                .orElseThrow();
    }

    // ---- the node -------------------------------------------------------------------------------------------------

    /** Proposes a command to the node; empty if it does not accept it as leader. */
    public Optional<RaftHarness.Accepted> propose(String command) {
        List<RaftHarness.Accepted> answer = new ArrayList<>();
        simulation.submit(
                members.get(0),
                RaftHarness.PROPOSE,
                ByteString.copyFromUtf8(command),
                result -> RaftHarness.outcome(result).ifPresent(answer::add));
        simulation.runUntil(simulation.nowMicros() + 20_000, () -> !answer.isEmpty());
        return answer.stream().findFirst();
    }

    /** A question for a read index. */
    public static final class Read {
        private ReadIndex answer;

        private Read() {}

        /** The answer, if it has come. */
        public Optional<ReadIndex> answer() {
            return Optional.ofNullable(answer);
        }

        /** Whether the node has given an index. */
        public boolean isReady() {
            return answer instanceof ReadIndex.Ready;
        }

        /** The index; 0 without one. */
        public long index() {
            return answer instanceof ReadIndex.Ready ready ? ready.index() : 0;
        }
    }

    /** Asks the node for a read index, without waiting. */
    public Read read() {
        Read read = new Read();
        simulation.submit(
                members.get(0),
                RaftHarness.READ_INDEX,
                ByteString.EMPTY,
                result -> read.answer = RaftHarness.readIndex(result));
        return read;
    }

    /** The highest index that the node has applied. */
    public long applied() {
        return watch.appliedBy(members.get(0));
    }

    /** The command that the node applied at {@code index}. */
    public String appliedCommand(long index) {
        return watch.commandAt(index).orElse(ByteString.EMPTY).toStringUtf8();
    }

    /** Number of snapshots that the node has asked its state machine for and not closed yet. */
    public long openSnapshots() {
        return openSnapshots;
    }

    /** Highest term in which the node led. */
    public long leaderTerm() {
        return watch.leaderTerm();
    }

    /** The node loses power and boots at once. */
    public void restart() {
        simulation.powerOff(simulation.node(members.get(0)), 0);
        simulation.powerOn(simulation.node(members.get(0)));
    }

    /** Demands that something holds; {@code rule} names the rule of the paper, {@code facts} what happened instead. */
    public void expect(boolean holds, String rule, String facts) {
        expect(holds, Property.PROTOCOL, rule, facts);
    }

    /** Like {@link #expect(boolean, String, String)} for a rule that belongs to a property of its own. */
    public void expect(boolean holds, Property property, String rule, String facts) {
        if (!holds) {
            throw new Violation(property, rule + " But " + facts + ".");
        }
    }
}
