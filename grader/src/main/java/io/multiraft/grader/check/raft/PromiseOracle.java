// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a follower has confirmed to hold it must go on holding: until a leader of a later term tells it otherwise, it neither
 * says that it lacks those entries nor stands for election without them.
 */
final class PromiseOracle extends RaftOracle {

    /**
     * The log of a node as it promised it.
     *
     * @param term of the leader to whom it was promised
     * @param index everything up to here is held
     * @param entryTerm term of the entry at {@code index}
     */
    record LogPromise(long term, long index, long entryTerm, String leader) {}

    /** A vote. */
    record VotePromise(long term, String candidate) {}

    private final Map<Address, LogPromise> logs = new HashMap<>();
    private final Map<Address, VotePromise> votes = new HashMap<>();
    private final Map<Address, Long> compacted = new HashMap<>();

    private final Set<Address> crashedSincePromise = new HashSet<>();

    private int changes;

    /** Grows with each promise. */
    int changes() {
        return changes;
    }

    Optional<LogPromise> log(Address node) {
        return Optional.ofNullable(logs.get(node));
    }

    Optional<VotePromise> vote(Address node) {
        return Optional.ofNullable(votes.get(node));
    }

    @Override
    void onCrash(SimNode node) {
        crashedSincePromise.add(node.address());
    }

    @Override
    void onReport(SimNode node, String kind, long number, ByteString detail) {
        if (kind.equals("compacted") || kind.equals("installed")) {
            compacted.merge(node.address(), number, Math::max);
        }
    }

    @Override
    void onSent(Message message, RequestVoteRequest request, RequestVoteReply reply) {
        if (reply.getVoteGranted()) {
            changes++;
            votes.put(message.from(), new VotePromise(request.getTerm(), request.getCandidate()));
        }
    }

    @Override
    void onSent(Message message, RequestVoteRequest request) {
        LogPromise promise = logs.get(message.from());
        if (promise == null || request.getTerm() <= promise.term()) {
            return;
        }
        boolean holds = request.getLastLogTerm() > promise.entryTerm()
                || (request.getLastLogTerm() == promise.entryTerm() && request.getLastLogIndex() >= promise.index());
        // as long as it runs, a log that is long enough but older has kept what the leader had replaced
        boolean kept = request.getLastLogIndex() >= promise.index() && !crashedSincePromise.contains(message.from());
        Violation.unless(
                holds,
                kept ? Property.LOG_MATCHING : Property.DURABILITY,
                () -> message.from() + " stands for election in term " + request.getTerm()
                        + " with a log that ends with "
                        + entry(request.getLastLogIndex(), request.getLastLogTerm()) + ", but it had confirmed "
                        + entry(promise.index(), promise.entryTerm()) + " to " + promise.leader() + " in term "
                        + promise.term() + ", and no later leader took it away.");
    }

    @Override
    void onSent(Message message, AppendEntriesRequest request, AppendEntriesReply reply) {
        if (reply.getTerm() != request.getTerm()) {
            return; // refused for its term alone: says nothing about the log
        }
        if (reply.getSuccess()) {
            long index = request.getPrevLogIndex() + request.getEntriesCount();
            long entryTerm = request.getEntriesCount() == 0
                    ? request.getPrevLogTerm()
                    : request.getEntries(request.getEntriesCount() - 1).getTerm();
            promise(message.from(), new LogPromise(request.getTerm(), index, entryTerm, request.getLeader()));
        } else {
            deny(message, request);
        }
    }

    private void deny(Message message, AppendEntriesRequest request) {
        LogPromise promise = logs.get(message.from());
        if (promise == null) {
            return;
        }
        if (request.getTerm() > promise.term()) {
            logs.remove(message.from()); // it may have removed what conflicts with the new leader
            return;
        }
        Violation.unless(
                request.getTerm() < promise.term()
                        || request.getPrevLogIndex() > promise.index()
                        || request.getPrevLogIndex() < compacted.getOrDefault(message.from(), 0L),
                Property.DURABILITY,
                () -> message.from() + " says that it does not hold "
                        + entry(request.getPrevLogIndex(), request.getPrevLogTerm())
                        + " any more, though it had confirmed its log up to index " + promise.index()
                        + " to the same leader, that of term " + request.getTerm() + ".");
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request, InstallSnapshotReply reply) {
        if (reply.getDone() && reply.getTerm() == request.getTerm()) {
            promise(
                    message.from(),
                    new LogPromise(
                            request.getTerm(),
                            request.getLastIncludedIndex(),
                            request.getLastIncludedTerm(),
                            request.getLeader()));
        }
    }

    private void promise(Address node, LogPromise promise) {
        LogPromise before = logs.get(node);
        if (before == null || promise.term() > before.term() || promise.index() > before.index()) {
            changes++;
            crashedSincePromise.remove(node);
            logs.put(node, promise);
        }
    }
}
