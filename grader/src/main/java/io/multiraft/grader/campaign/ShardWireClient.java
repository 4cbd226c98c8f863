// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.config.Config;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.node.Address;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import io.multiraft.shard.rpc.ShardRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The grader's own client of the sharded store: speaks the wire protocol, so that groups can be judged without the client under
 * test. It sends a command again and again under one number, now and then to a server or a group that it is not for, and old
 * ones long after they were answered, when their bucket may be somewhere else.
 */
public final class ShardWireClient implements KvCaller {
    /** Between two copies of a command. */
    private static final long AGAIN_MICROS = 150_000;

    private final ShardWorld world;
    private final Simulation simulation;
    private final ScriptedPeer peer;
    private final long clientId;
    private final int astrayPermille;
    private final SimRandom luck;
    private final List<Address> everybody;
    private final Map<Message, Consumer<KvReply>> waiting = new HashMap<>();
    private long sequence;

    /**
     * A client.
     *
     * @param astrayPermille how many of 1,000 requests go to any server, although the right one is known
     */
    public ShardWireClient(ShardWorld world, Address address, long clientId, int astrayPermille) {
        this.world = world;
        this.simulation = world.simulation();
        this.peer = simulation.addScripted(address);
        this.clientId = clientId;
        this.astrayPermille = astrayPermille;
        this.luck = SimRandom.of(clientId, 0x53574952);
        this.everybody = world.groups().values().stream()
                .flatMap(group -> group.servers().stream())
                .toList();
        peer.onReply(reply -> Optional.ofNullable(waiting.remove(reply.request()))
                .ifPresent(onReply -> onReply.accept(reply.parse(KvReply.parser()))));
    }

    /** Sends a request as it is. */
    public void send(Address server, ShardRequest request, Consumer<KvReply> onReply) {
        waiting.put(
                peer.send(server, ShardKvServiceGrpc.getDoCommandMethod(), request)
                        .request(),
                onReply);
    }

    /** A request of this client. */
    public ShardRequest request(long itsSequence, KvCommand command) {
        return ShardRequest.newBuilder()
                .setClientId(clientId)
                .setSequence(itsSequence)
                .setCommand(command)
                .setConfigVersion(world.configs().latestVersion())
                .build();
    }

    @Override
    public void execute(KvCommand command, Consumer<KvResult> onResult) {
        new Attempt(request(++sequence, command), onResult).send();
    }

    /** Who leads the group that owns the bucket of the command's key, as far as that is known. */
    public Optional<Address> ownersLeader(KvCommand command) {
        long gid = world.configs().ownerOf(world.keys().bucketOf(command.getKey()));
        return gid == Config.NOBODY
                ? Optional.empty()
                : Optional.ofNullable(world.groups().get(gid)).flatMap(ShardWorld.Group::leader);
    }

    private Address anyServer() {
        return everybody.get(luck.nextInt(everybody.size()));
    }

    /** One command, until it is answered. */
    private final class Attempt {
        private final ShardRequest request;
        private final Consumer<KvResult> onResult;
        private boolean done;

        Attempt(ShardRequest request, Consumer<KvResult> onResult) {
            this.request = request;
            this.onResult = onResult;
        }

        void send() {
            if (done) {
                return;
            }
            Address server = ownersLeader(request.getCommand())
                    .filter(leader -> !luck.chance(astrayPermille))
                    .orElseGet(ShardWireClient.this::anyServer);
            ShardWireClient.this.send(server, request, this::answered);
            simulation.after(luck.nextLong(AGAIN_MICROS / 3, AGAIN_MICROS * 3), this::send);
            if (luck.chance(300)) {
                simulation.after(luck.nextLong(1_000, 6_000_000), this::echo);
            }
        }

        /** A copy that somebody has kept: whatever it is answered, nobody listens. */
        private void echo() {
            Address server = ownersLeader(request.getCommand())
                    .filter(leader -> !luck.chance(300))
                    .orElseGet(ShardWireClient.this::anyServer);
            ShardWireClient.this.send(server, request, reply -> {});
        }

        private void answered(KvReply reply) {
            KvResult result = WireClient.result(request.getCommand().getOperation(), reply);
            if (!done && !(result instanceof KvResult.GaveUp)) {
                done = true;
                onResult.accept(result);
            }
        }
    }
}
