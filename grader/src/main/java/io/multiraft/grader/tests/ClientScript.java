// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.harness.KvClientHarness;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.grader.sim.ScriptedPeer.Incoming;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.kv.KvClientFactory;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.KvServiceGrpc;
import io.multiraft.node.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * One client under test, {@code c1}, whose servers {@code n1}, {@code n2}, … are played by hand: they say what a test makes
 * them say, and nothing else. Messages arrive in order, after half a millisecond.
 */
public final class ClientScript {
    private static final NetworkModel IN_ORDER = new NetworkModel(500, 500, 0, 0, 0, 0);
    private static final Address CLIENT = new Address("c1");

    private final Simulation simulation;
    private final KvClientFactory factory;
    private final KvClientOptions options;
    private final List<Address> servers;
    private final List<ScriptedPeer> peers = new ArrayList<>();
    private long requests;

    ClientScript(KvClientFactory factory, long seed, int servers, KvClientOptions options) {
        this.simulation = new Simulation(seed, IN_ORDER, DiskModel.FAST);
        this.factory = factory;
        this.options = options;
        this.servers =
                IntStream.rangeClosed(1, servers).mapToObj(RaftHarness::address).toList();
    }

    void boot() {
        servers.forEach(server -> peers.add(simulation.addScripted(server)));
        simulation.addNode(CLIENT, KvClientHarness.boot(factory, servers, options));
    }

    Simulation simulation() {
        return simulation;
    }

    /** Another client of the same servers. */
    public Call otherClient(int number, KvCommand command) {
        Address address = new Address("c" + number);
        simulation.addNode(address, KvClientHarness.boot(factory, servers, options));
        return begin(address, command);
    }

    /** What a client was told. */
    public static final class Call {
        private KvResult result;

        private Call() {}

        /** The result, if it is there. */
        public Optional<KvResult> result() {
            return Optional.ofNullable(result);
        }

        /** Whether there is a result. */
        public boolean isDone() {
            return result != null;
        }
    }

    /** Has the client execute a command, without waiting. */
    public Call begin(KvCommand command) {
        return begin(CLIENT, command);
    }

    private Call begin(Address client, KvCommand command) {
        Call call = new Call();
        simulation.submit(
                client,
                KvClientHarness.EXECUTE,
                command.toByteString(),
                result -> call.result = KvClientHarness.result(result));
        return call;
    }

    /** A request that came to a server. */
    public record Asked(int server, Incoming<KvRequest> incoming) {
        /** What was asked. */
        public KvRequest request() {
            return incoming.request();
        }
    }

    /** Takes a request that has come to any server already, if there is one. */
    public Optional<Asked> take() {
        for (int server = 1; server <= peers.size(); server++) {
            Optional<Incoming<KvRequest>> incoming =
                    peers.get(server - 1).take(KvServiceGrpc.getDoCommandMethod(), any -> true);
            if (incoming.isPresent()) {
                requests++;
                return Optional.of(new Asked(server, incoming.get()));
            }
        }
        return Optional.empty();
    }

    /** Waits for the next request to any server. */
    public Asked awaitRequest(Duration limit) {
        List<Asked> asked = new ArrayList<>();
        await(limit, () -> {
            take().ifPresent(asked::add);
            return !asked.isEmpty();
        });
        if (asked.isEmpty()) {
            throw new Violation(
                    Property.LIVENESS,
                    "c1 has a command to execute, but asked no server within " + limit.toMillis() + " ms.");
        }
        return asked.get(0);
    }

    /** Waits for the next request, at most twice the time that an attempt may take. */
    public Asked awaitRequest() {
        return awaitRequest(options.attemptTimeout().multipliedBy(2));
    }

    /** A server answers. */
    public void answer(Asked asked, KvReply reply) {
        peers.get(asked.server() - 1).answer(asked.incoming(), reply);
    }

    /** A server answers that a command is executed. */
    public void answerOk(Asked asked, String value) {
        answer(
                asked,
                KvReply.newBuilder().setValue(ByteString.copyFromUtf8(value)).build());
    }

    /** A server answers that it does not lead. */
    public void answerNotLeader(Asked asked, String hint) {
        answer(
                asked,
                KvReply.newBuilder()
                        .setError(ErrorCode.NOT_LEADER)
                        .setLeaderHint(hint)
                        .build());
    }

    /** Number of requests that were taken so far. */
    public long requests() {
        return requests;
    }

    /** Lets virtual time pass until {@code reached}, at most {@code limit}; says whether it was reached. */
    public boolean await(Duration limit, BooleanSupplier reached) {
        return simulation.runUntil(simulation.nowMicros() + limit.toNanos() / 1_000, reached);
    }

    /** Lets virtual time pass. */
    public void run(Duration time) {
        simulation.runUntil(simulation.nowMicros() + time.toNanos() / 1_000);
    }

    /** Virtual time since the beginning. */
    public Duration now() {
        return Duration.ofNanos(simulation.nowMicros() * 1_000);
    }

    /** Demands that something holds; {@code expectation} says what, and why, as a clause. */
    public void expect(boolean holds, Property property, String expectation) {
        if (!holds) {
            throw new Violation(property, "Expected: " + expectation + ".");
        }
    }
}
