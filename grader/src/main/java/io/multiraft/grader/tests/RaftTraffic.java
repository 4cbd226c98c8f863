// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.Observer;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.util.HashMap;
import java.util.Map;

/** Counts what is sent, and remembers of each node what it was last heard to be. */
final class RaftTraffic implements Observer {

    /** What was sent by a node, and to it. */
    static final class Share {
        /** Highest term in which it stood for election or led. */
        long newestTerm;
        /** Highest term in which it led. */
        long ledTerm;
        /** Virtual time at which it last sent something as leader of that term. */
        long ledMicros = Long.MIN_VALUE / 2;
        /** Term of its last answer to a leader. */
        long answeredTerm;
        /** Its answers that the log does not match. */
        long rejections;
        /** Those of them that did not say where to try next. */
        long withoutHint;

        long requestsTo;
        long bytesTo;
        long chunksTo;
    }

    private final Map<Address, Share> shares = new HashMap<>();
    private long requests;
    private long bytes;

    long requests() {
        return requests;
    }

    long bytes() {
        return bytes;
    }

    Share of(Address node) {
        return shares.computeIfAbsent(node, key -> new Share());
    }

    @Override
    public void onSend(Message message) {
        bytes += message.sizeBytes();
        if (message.isReply()) {
            countReply(message);
            return;
        }
        requests++;
        of(message.to()).requestsTo++;
        of(message.to()).bytesTo += message.sizeBytes();
        switch (message.methodName()) {
            case "RequestVote" ->
                stands(message, message.parse(RequestVoteRequest.parser()).getTerm());
            case "AppendEntries" ->
                leads(message, message.parse(AppendEntriesRequest.parser()).getTerm());
            case "InstallSnapshot" -> {
                InstallSnapshotRequest chunk = message.parse(InstallSnapshotRequest.parser());
                leads(message, chunk.getTerm());
                if (chunk.getOffset() > 0 || !chunk.getDone()) {
                    of(message.to()).chunksTo++;
                }
            }
            default -> {
                // not a method of Raft
            }
        }
    }

    private void stands(Message message, long term) {
        Share sender = of(message.from());
        sender.newestTerm = Math.max(sender.newestTerm, term);
    }

    private void leads(Message message, long term) {
        stands(message, term);
        Share sender = of(message.from());
        if (term >= sender.ledTerm) {
            sender.ledTerm = term;
            sender.ledMicros = message.sentMicros();
        }
    }

    private void countReply(Message message) {
        if (message.methodName().equals("AppendEntries")) {
            AppendEntriesRequest request = message.request().parse(AppendEntriesRequest.parser());
            AppendEntriesReply reply = message.parse(AppendEntriesReply.parser());
            Share sender = of(message.from());
            sender.answeredTerm = reply.getTerm();
            if (!reply.getSuccess() && reply.getTerm() == request.getTerm()) {
                sender.rejections++;
                sender.withoutHint += reply.getConflictIndex() == 0 ? 1 : 0;
            }
        }
    }
}
