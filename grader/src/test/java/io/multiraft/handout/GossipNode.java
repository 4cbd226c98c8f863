// SPDX-License-Identifier: Apache-2.0
package io.multiraft.handout;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.WriteBatch;
import java.time.Duration;
import java.util.List;

/**
 * A whole node on one screen, shown in the handout of lab 1: it spreads the highest number that it has heard of. (It borrows
 * RequestVote for that; the number travels as the term.)
 */
// snippet node
final class GossipNode implements Node {
    private static final ByteString KEY = Keys.ofText("highest");

    private final List<Address> peers;
    private NodeContext context;
    private long highest;

    GossipNode(List<Address> peers) {
        this.peers = peers;
    }

    @Override
    public void start(NodeContext nodeContext, Services services) {
        context = nodeContext;
        // a restart begins here too, with all fields as new: only the storage remembers
        context.storage().get("gossip", KEY).ifPresent(stored -> highest = Keys.toLong(stored, 0));
        if (highest == 0) {
            learn(1 + context.random().nextInt(1_000_000));
        }
        services.handle(RaftServiceGrpc.getRequestVoteMethod(), this::onGossip);
        gossip();
    }

    /** A handler: request in, reply out, nothing blocks. What it writes is on disk before the reply leaves. */
    private RequestVoteReply onGossip(RequestVoteRequest request) {
        learn(request.getTerm());
        return RequestVoteReply.newBuilder().setTerm(highest).build();
    }

    /** A timer goes off once; a loop is a timer that sets itself again. */
    private void gossip() {
        Address peer = peers.get(context.random().nextInt(peers.size()));
        RequestVoteRequest request =
                RequestVoteRequest.newBuilder().setTerm(highest).build();
        // the call returns at once; the reply comes in a later event: at most once, maybe never
        context.call(
                peer,
                RaftServiceGrpc.getRequestVoteMethod(),
                request,
                CallOptions.DEFAULT,
                reply -> learn(reply.getTerm()));
        context.setTimer("gossip", Duration.ofMillis(100), this::gossip);
    }

    private void learn(long number) {
        if (number > highest) {
            highest = number;
            context.storage().write(Durability.DURABLE, WriteBatch.put("gossip", KEY, Keys.ofLong(highest)));
        }
    }
    // end

    long highest() {
        return highest;
    }
}
