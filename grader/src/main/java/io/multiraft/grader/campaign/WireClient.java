// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.KvServiceGrpc;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The grader's own client: speaks the wire protocol, so that servers can be judged without the client under test. It either
 * sends each command once, as step 2A demands, or sends it again and again, to several servers, and old ones long after they
 * were answered.
 */
public final class WireClient implements KvCaller {

    /** A server that has not answered by then never will, for a client that asks once. */
    private static final long PATIENCE_MICROS = 3_000_000;

    /** Between two copies of a command. */
    private static final long AGAIN_MICROS = 150_000;

    private final Simulation simulation;
    private final ScriptedPeer peer;
    private final List<Address> servers;
    private final Supplier<Optional<Address>> leader;
    private final long clientId;
    private final boolean insistent;
    private final int astrayPermille;
    private final SimRandom luck;
    private final Map<Message, Consumer<KvReply>> waiting = new HashMap<>();
    private long sequence;

    /**
     * A client.
     *
     * @param leader who leads, as far as anybody knows
     * @param insistent whether commands are sent until they are answered, with one number, and repeated later
     * @param astrayPermille how many of 1,000 requests go to any server, although a leader is known
     */
    public WireClient(
            Simulation simulation,
            Address address,
            List<Address> servers,
            Supplier<Optional<Address>> leader,
            long clientId,
            boolean insistent,
            int astrayPermille) {
        this.simulation = simulation;
        this.peer = simulation.addScripted(address);
        this.servers = servers;
        this.leader = leader;
        this.clientId = clientId;
        this.insistent = insistent;
        this.astrayPermille = astrayPermille;
        this.luck = SimRandom.of(clientId, 0x57495245);
        peer.onReply(this::take);
    }

    private void take(Message reply) {
        Consumer<KvReply> onReply = waiting.remove(reply.request());
        if (onReply != null) {
            onReply.accept(reply.parse(KvReply.parser()));
        }
    }

    /** Sends a request as it is. */
    public void send(Address server, KvRequest request, Consumer<KvReply> onReply) {
        waiting.put(
                peer.send(server, KvServiceGrpc.getDoCommandMethod(), request).request(), onReply);
    }

    /** A request of this client. */
    public KvRequest request(long itsSequence, KvCommand command) {
        return KvRequest.newBuilder()
                .setClientId(clientId)
                .setSequence(itsSequence)
                .setCommand(command)
                .build();
    }

    @Override
    public void execute(KvCommand command, Consumer<KvResult> onResult) {
        new Attempt(request(++sequence, command), onResult).send();
    }

    private Address anyServer() {
        return servers.get(luck.nextInt(servers.size()));
    }

    /** One command, until it is answered. */
    private final class Attempt {
        private final KvRequest request;
        private final Consumer<KvResult> onResult;
        private boolean done;

        Attempt(KvRequest request, Consumer<KvResult> onResult) {
            this.request = request;
            this.onResult = onResult;
        }

        void send() {
            if (done) {
                return;
            }
            Address server =
                    leader.get().filter(known -> !luck.chance(astrayPermille)).orElseGet(WireClient.this::anyServer);
            WireClient.this.send(server, request, this::answered);
            if (insistent) {
                simulation.after(luck.nextLong(AGAIN_MICROS / 3, AGAIN_MICROS * 3), this::send);
                if (luck.chance(300)) {
                    simulation.after(luck.nextLong(1_000, 3_000_000), this::echo);
                }
            } else {
                simulation.after(PATIENCE_MICROS, () -> finish(new KvResult.GaveUp(server + " did not answer")));
            }
        }

        /** A copy that somebody has kept: whatever it is answered, nobody listens. */
        private void echo() {
            WireClient.this.send(anyServer(), request, reply -> {});
        }

        private void answered(KvReply reply) {
            KvResult result = result(request.getCommand().getOperation(), reply);
            if (!insistent || !(result instanceof KvResult.GaveUp)) {
                finish(result);
            }
        }

        private void finish(KvResult result) {
            if (!done) {
                done = true;
                onResult.accept(result);
            }
        }
    }

    /** What a reply means for a command. */
    public static KvResult result(Operation operation, KvReply reply) {
        return switch (reply.getError()) {
            case OK -> operation == Operation.GET ? new KvResult.Found(reply.getValue()) : new KvResult.Done();
            case NO_SUCH_KEY -> new KvResult.NoSuchKey();
            case TOO_LARGE -> new KvResult.TooLarge(reply.getLimitBytes());
            default -> new KvResult.GaveUp(reply.getError().toString());
        };
    }
}
