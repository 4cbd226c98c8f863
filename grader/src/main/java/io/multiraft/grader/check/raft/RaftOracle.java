// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import com.google.protobuf.ByteString;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;

/** A judge of Raft runs; overrides what it wants to hear of. */
abstract class RaftOracle {

    void onBoot(SimNode node) {}

    void onCrash(SimNode node) {}

    void onReleased(SimNode node) {}

    void onApplied(SimNode node, long index, ByteString command) {}

    void onReport(SimNode node, String kind, long number, ByteString detail) {}

    void onSent(Message message, RequestVoteRequest request) {}

    void onSent(Message message, RequestVoteRequest request, RequestVoteReply reply) {}

    void onSent(Message message, AppendEntriesRequest request) {}

    void onSent(Message message, AppendEntriesRequest request, AppendEntriesReply reply) {}

    void onSent(Message message, InstallSnapshotRequest request) {}

    void onSent(Message message, InstallSnapshotRequest request, InstallSnapshotReply reply) {}

    void onDelivered(Message message, RequestVoteRequest request, RequestVoteReply reply) {}

    void onDelivered(Message message, AppendEntriesRequest request, AppendEntriesReply reply) {}

    void onDelivered(Message message, InstallSnapshotRequest request, InstallSnapshotReply reply) {}

    /** An entry as people write it. */
    static String entry(long index, long term) {
        return "entry " + index + " of term " + term;
    }
}
