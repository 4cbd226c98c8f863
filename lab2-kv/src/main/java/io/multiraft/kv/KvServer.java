// SPDX-License-Identifier: Apache-2.0
package io.multiraft.kv;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.KvServiceGrpc;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Reply;
import io.multiraft.node.Services;
import io.multiraft.raft.RaftStatus;
import io.multiraft.service.ClientRequest;
import io.multiraft.service.Outcome;
import io.multiraft.service.ReplicatedService;

/** A server of the key-value store: its layers, put together, behind the RPC. */
public final class KvServer implements Node {
    private final ReplicatedService service;

    /** A server that is not started yet; {@code service} replicates the application that a {@link KvStoreFactory} makes. */
    public KvServer(ReplicatedService service) {
        this.service = service;
    }

    @Override
    public void start(NodeContext context, Services services) {
        service.start(context, services);
        services.handleLater(KvServiceGrpc.getDoCommandMethod(), this::doCommand);
    }

    /** Where its Raft stands; on the node's event loop. */
    public RaftStatus status() {
        return service.status();
    }

    private void doCommand(KvRequest request, Reply<KvReply> reply) {
        ClientRequest forwarded = new ClientRequest(
                request.getClientId(),
                request.getSequence(),
                request.getCommand().toByteString());
        if (request.getCommand().getOperation() == Operation.GET) {
            service.read(forwarded, outcome -> reply.send(replyOf(outcome)));
        } else {
            service.submit(forwarded, outcome -> reply.send(replyOf(outcome)));
        }
    }

    /** {@code outcome} as it goes to the client. */
    public static KvReply replyOf(Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            return decode(answered.reply());
        } else if (outcome instanceof Outcome.NotLeader notLeader) {
            return KvReply.newBuilder()
                    .setError(ErrorCode.NOT_LEADER)
                    .setLeaderHint(notLeader.leaderHint().map(Address::text).orElse(""))
                    .build();
        } else if (outcome instanceof Outcome.TooLarge tooLarge) {
            return KvReply.newBuilder()
                    .setError(ErrorCode.TOO_LARGE)
                    .setLimitBytes(tooLarge.limitBytes())
                    .build();
        } else if (outcome instanceof Outcome.Superseded) {
            return KvReply.newBuilder().setError(ErrorCode.SUPERSEDED).build();
        }
        return KvReply.newBuilder().setError(ErrorCode.TIMEOUT).build();
    }

    private static KvReply decode(ByteString reply) {
        try {
            return KvReply.parseFrom(reply);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the store's answer is not an encoded KvReply: " + reply, e);
        }
    }
}
