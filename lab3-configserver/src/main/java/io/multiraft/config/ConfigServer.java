// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ConfigRequest;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Reply;
import io.multiraft.node.Services;
import io.multiraft.raft.RaftStatus;
import io.multiraft.service.ClientRequest;
import io.multiraft.service.Outcome;
import io.multiraft.service.ReplicatedService;

/** A config server: its layers, put together, behind the RPC. */
public final class ConfigServer implements Node {
    private final ReplicatedService service;
    private final int nBuckets;

    /**
     * A server that is not started yet.
     *
     * @param service replicates the application that a {@link ConfigFactory} makes
     * @param nBuckets number of buckets with which that application was made; written into every command, so that the log
     *     says with how many buckets the cluster was created, and servers cannot differ in that unnoticed
     */
    public ConfigServer(ReplicatedService service, int nBuckets) {
        this.service = service;
        this.nBuckets = nBuckets;
    }

    @Override
    public void start(NodeContext context, Services services) {
        service.start(context, services);
        services.handleLater(ConfigServiceGrpc.getDoCommandMethod(), this::doCommand);
    }

    /** Where the server's Raft stands. Called on the node's event loop, after {@code start}. */
    public RaftStatus status() {
        return service.status();
    }

    private void doCommand(ConfigRequest request, Reply<ConfigReply> reply) {
        ConfigCommand command =
                request.getCommand().toBuilder().setNBuckets(nBuckets).build();
        ClientRequest forwarded =
                new ClientRequest(request.getClientId(), request.getSequence(), command.toByteString());
        if (command.hasQuery()) {
            service.read(forwarded, outcome -> reply.send(replyOf(outcome)));
        } else {
            service.submit(forwarded, outcome -> reply.send(replyOf(outcome)));
        }
    }

    /** {@code outcome} as it goes to the client. */
    public static ConfigReply replyOf(Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            return decode(answered.reply());
        } else if (outcome instanceof Outcome.NotLeader notLeader) {
            return ConfigReply.newBuilder()
                    .setError(ErrorCode.NOT_LEADER)
                    .setLeaderHint(notLeader.leaderHint().map(Address::text).orElse(""))
                    .build();
        } else if (outcome instanceof Outcome.TooLarge tooLarge) {
            return ConfigReply.newBuilder()
                    .setError(ErrorCode.TOO_LARGE)
                    .setLimitBytes(tooLarge.limitBytes())
                    .build();
        } else if (outcome instanceof Outcome.Superseded) {
            return ConfigReply.newBuilder().setError(ErrorCode.SUPERSEDED).build();
        }
        return ConfigReply.newBuilder().setError(ErrorCode.TIMEOUT).build();
    }

    private static ConfigReply decode(ByteString reply) {
        try {
            return ConfigReply.parseFrom(reply);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the answer is not an encoded ConfigReply: " + reply, e);
        }
    }
}
