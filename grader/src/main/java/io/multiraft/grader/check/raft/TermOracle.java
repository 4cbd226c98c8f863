// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

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
import java.util.Map;

/** The terms that a server shows to others never go down, across restarts; nor does a leader's commit index. */
final class TermOracle extends RaftOracle {
    private final Map<Address, Long> shown = new HashMap<>();
    private final Map<Address, Long> shownEarly = new HashMap<>();
    private final Map<Long, Long> commitOfTerm = new HashMap<>();

    @Override
    void onSent(Message message, RequestVoteRequest request) {
        shows(message, request.getTerm(), "asks for votes in term ");
    }

    @Override
    void onSent(Message message, AppendEntriesRequest request) {
        shows(message, request.getTerm(), "sends entries in term ");
        long before = commitOfTerm.merge(request.getTerm(), request.getLeaderCommit(), Math::max);
        Violation.unless(
                request.getLeaderCommit() >= before,
                Property.MONOTONICITY,
                () -> message.from() + " leads term " + request.getTerm() + " and announces commit index "
                        + request.getLeaderCommit() + " after it announced " + before + ".");
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request) {
        shows(message, request.getTerm(), "sends a snapshot in term ");
    }

    @Override
    void onSent(Message message, RequestVoteRequest request, RequestVoteReply reply) {
        answers(message, request.getTerm(), reply.getTerm(), reply.getVoteGranted());
    }

    @Override
    void onSent(Message message, AppendEntriesRequest request, AppendEntriesReply reply) {
        answers(message, request.getTerm(), reply.getTerm(), reply.getSuccess());
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request, InstallSnapshotReply reply) {
        answers(message, request.getTerm(), reply.getTerm(), reply.getDone());
    }

    private void answers(Message message, long asked, long term, boolean agrees) {
        shows(message, term, "answers with term ");
        Violation.unless(
                term >= asked,
                Property.MONOTONICITY,
                () -> message.from() + " answers a " + message.methodName() + " of term " + asked + " with term " + term
                        + ": it must adopt the higher term first.");
        Violation.unless(
                !agrees || term == asked,
                Property.PROTOCOL,
                () -> message.from() + " is in term " + term + " and agrees to a " + message.methodName() + " of term "
                        + asked + ": a request of an older term must be refused.");
    }

    private void shows(Message message, long term, String what) {
        Address node = message.from();
        long before = shown.getOrDefault(node, 0L);
        Violation.unless(
                term >= before,
                Property.MONOTONICITY,
                () -> node + " " + what + term + ", but was in term " + before + " already.");
        if (message.early()) {
            shownEarly.merge(node, term, Math::max);
        } else {
            shown.put(node, term);
        }
    }

    @Override
    void onReleased(SimNode node) {
        Long early = shownEarly.remove(node.address());
        if (early != null) {
            shown.merge(node.address(), early, Math::max);
        }
    }

    @Override
    void onCrash(SimNode node) {
        shownEarly.remove(node.address());
    }
}
