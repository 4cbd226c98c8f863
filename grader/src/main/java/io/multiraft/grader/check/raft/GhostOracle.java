// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.raft.PromiseOracle.LogPromise;
import io.multiraft.grader.check.raft.PromiseOracle.VotePromise;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeEvent;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.storage.MemoryStorage;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Ghost restart: boots a copy of a node from what would survive a loss of power, aside from the run, and asks it for what
 * the node has promised. Done at every crash, and now and then after a promise.
 */
final class GhostOracle extends RaftOracle {

    private static final int SAMPLE = 200;

    private record Promises(LogPromise log, VotePromise vote) {}

    private final PromiseOracle promises;
    private final int members;
    private final boolean judged;
    private int nextQuestion;
    private int questioned;

    GhostOracle(PromiseOracle promises, int members, boolean judged) {
        this.promises = promises;
        this.members = members;
        this.judged = judged;
    }

    int questioned() {
        return questioned;
    }

    @Override
    void onReleased(SimNode node) {
        if (!judged) {
            return;
        }
        if (promises.changes() >= nextQuestion) {
            nextQuestion = promises.changes() + SAMPLE;
            question(node, promisesOf(node));
        }
    }

    @Override
    void onCrash(SimNode node) {
        if (judged) {
            question(node, promisesOf(node));
        }
    }

    private Promises promisesOf(SimNode node) {
        return new Promises(
                promises.log(node.address()).orElse(null),
                promises.vote(node.address()).orElse(null));
    }

    private void question(SimNode node, Promises promised) {
        if (promised.log() == null && promised.vote() == null) {
            return;
        }
        questioned++;
        if (promised.vote() != null) {
            questionVote(node, promised.vote());
        }
        if (promised.log() != null) {
            questionLog(node, promised.log());
        }
    }

    private void questionVote(SimNode node, VotePromise vote) {
        Address other = memberBut(node, vote.candidate());
        RequestVoteRequest request = RequestVoteRequest.newBuilder()
                .setTerm(vote.term())
                .setCandidate(other.text())
                .setLastLogIndex(Long.MAX_VALUE / 2)
                .setLastLogTerm(vote.term())
                .build();
        RequestVoteReply reply =
                ask(node, RaftServiceGrpc.getRequestVoteMethod(), request, RequestVoteReply.getDefaultInstance());
        Violation.unless(
                !reply.getVoteGranted(),
                Property.DURABILITY,
                () -> node + " voted for " + vote.candidate() + " in term " + vote.term()
                        + ", but what its storage holds does not say so: booted from it, it votes for " + other
                        + " in the same term.");
        Violation.unless(
                reply.getTerm() >= vote.term(),
                Property.DURABILITY,
                () -> node + " voted in term " + vote.term() + ", but booted from its storage it is in term "
                        + reply.getTerm() + ".");
    }

    /** A member that is not {@code voted}, and not the node itself if there are enough: servers may know no others. */
    private Address memberBut(SimNode node, String voted) {
        return IntStream.rangeClosed(1, members)
                .mapToObj(RaftHarness::address)
                .filter(member -> !member.text().equals(voted) && !member.equals(node.address()))
                .findFirst()
                .orElse(node.address());
    }

    private void questionLog(SimNode node, LogPromise log) {
        AppendEntriesRequest request = AppendEntriesRequest.newBuilder()
                .setTerm(log.term())
                .setLeader(log.leader())
                .setPrevLogIndex(log.index())
                .setPrevLogTerm(log.entryTerm())
                .build();
        AppendEntriesReply reply =
                ask(node, RaftServiceGrpc.getAppendEntriesMethod(), request, AppendEntriesReply.getDefaultInstance());
        Violation.unless(
                reply.getSuccess() || reply.getTerm() > log.term(),
                Property.DURABILITY,
                () -> node + " confirmed its log up to " + entry(log.index(), log.entryTerm()) + " to " + log.leader()
                        + ", but what its storage holds does not say so: booted from it, it does not have that entry.");
        if (log.term() > 1) {
            questionTerm(node, log.term());
        }
    }

    private void questionTerm(SimNode node, long term) {
        RequestVoteRequest older = RequestVoteRequest.newBuilder()
                .setTerm(term - 1)
                .setCandidate(memberBut(node, "").text())
                .setLastLogIndex(Long.MAX_VALUE / 2)
                .setLastLogTerm(term - 1)
                .build();
        RequestVoteReply reply =
                ask(node, RaftServiceGrpc.getRequestVoteMethod(), older, RequestVoteReply.getDefaultInstance());
        Violation.unless(
                reply.getTerm() >= term,
                Property.DURABILITY,
                () -> node + " answered a leader of term " + term + ", but booted from its storage it is in term "
                        + reply.getTerm() + " only.");
    }

    @SuppressWarnings("unchecked")
    private static <Q extends MessageLite, R extends MessageLite> R ask(
            SimNode node, MethodDescriptor<Q, R> rpc, Q request, R none) {
        NodeRuntime ghost = new NodeRuntime(
                node.address(), node.bootFactory(), new MemoryStorage(node.durableImage()), SimRandom.of(1));
        try {
            ghost.deliver(new NodeEvent.Start(), 0);
            List<NodeEffect> effects = ghost.deliver(
                    new NodeEvent.Request(1, node.address(), rpc.getFullMethodName(), request.toByteString()), 1);
            for (NodeEffect effect : effects) {
                if (effect instanceof NodeEffect.Reply reply) {
                    return (R) none.getParserForType().parseFrom(reply.payload());
                }
            }
            return none;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a reply of " + rpc.getFullMethodName() + " cannot be read", e);
        } catch (IllegalStateException | IndexOutOfBoundsException | NullPointerException e) {
            throw new Violation(
                    Property.DURABILITY,
                    node + " cannot boot from what its storage holds: it throws " + e
                            + ". (Often what is stored are entries whose removal was not written.)");
        }
    }
}
