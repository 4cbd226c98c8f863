// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import com.google.protobuf.ByteString;
import io.multiraft.grader.campaign.KvCaller;
import io.multiraft.grader.campaign.WireClient;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.kv.KvRecord;
import io.multiraft.grader.check.kv.StateOracle;
import io.multiraft.grader.harness.KvClientHarness;
import io.multiraft.grader.harness.KvHarness;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.service.ServiceOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A replicated key-value store that a scenario drives by hand, with clients of two kinds: the client under test, and the
 * grader's own, who speaks the wire protocol. Everything that clients ask and are told is recorded, and the whole must be
 * linearizable in the end.
 */
public final class KvCluster extends ServerGroup {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration NUDGE_AFTER = Duration.ofSeconds(1);

    private final Implementations implementations;
    private final ServiceOptions options;
    private final KvRecord record = new KvRecord();
    private int clients;
    private final Map<String, Integer> reports = new HashMap<>();
    private final Map<Address, Long> foundAtBoot = new HashMap<>();

    KvCluster(
            Implementations implementations,
            long seed,
            int size,
            NetworkModel network,
            ServiceOptions options,
            boolean restartsJudged) {
        super(seed, size, network, restartsJudged);
        this.implementations = implementations;
        this.options = options;
        simulation.addObserver(new StateOracle());
        simulation.addObserver(new Observer() {
            @Override
            public void onEffect(SimNode node, NodeEffect effect) {
                if (effect instanceof NodeEffect.Report report) {
                    reports.merge(report.kind(), 1, Integer::sum);
                    if (report.kind().equals("booted")) {
                        foundAtBoot.put(node.address(), report.number());
                    }
                }
            }
        });
    }

    /** Boots the servers. */
    void boot() {
        members.forEach(member ->
                simulation.addNode(member, KvHarness.boot(implementations, members, options, KvLimits.DEFAULT)));
    }

    // ---- clients --------------------------------------------------------------------------------------------------

    /** A new client under test, {@code c1}, {@code c2}, … */
    public Client client() {
        return client(KvClientOptions.DEFAULT);
    }

    /** A new client under test. */
    public Client client(KvClientOptions itsOptions) {
        Address address = new Address("c" + ++clients);
        simulation.addNode(address, KvClientHarness.boot(implementations.kvClient(), members, itsOptions));
        return new Client(
                address,
                (command, onResult) -> simulation.submit(
                        address,
                        KvClientHarness.EXECUTE,
                        command.toByteString(),
                        result -> onResult.accept(KvClientHarness.result(result))));
    }

    /** A client of the grader that sends each command once, to the leader if one is known. */
    public Client onceClient() {
        Address address = new Address("c" + ++clients);
        return new Client(
                address, new WireClient(simulation, address, members, watch::leader, luck().nextLong(), false, 0));
    }

    /** A client of the grader that says itself what it sends to whom. */
    public WireClient wireClient(long clientId) {
        return new WireClient(simulation, new Address("c" + ++clients), members, watch::leader, clientId, false, 0);
    }

    /** Who leads now; {@code otherwise} if nobody does. */
    public int leaderOr(int otherwise) {
        return leader().orElse(otherwise);
    }

    /** The address of a server. */
    public Address server(int node) {
        return address(node);
    }

    /** Sends {@code request} to {@code node} and waits for the answer, at most {@code limit}; empty: none came. */
    public Optional<KvReply> ask(WireClient client, int node, KvRequest request, Duration limit) {
        List<KvReply> replies = new ArrayList<>();
        client.send(address(node), request, replies::add);
        await(limit, () -> !replies.isEmpty());
        return replies.stream().findFirst();
    }

    /** Who asks the store, one command at a time; what it asks and is told is part of the history. */
    public final class Client {
        private final int number = clients;
        private final Address address;
        private final KvCaller caller;

        private Client(Address address, KvCaller caller) {
            this.address = address;
            this.caller = caller;
        }

        /** Where it lives. */
        public Address address() {
            return address;
        }

        /** Asks without waiting. */
        public Pending begin(KvCommand command) {
            Pending pending = new Pending();
            int operation = record.called(number, command, simulation.nowMicros());
            caller.execute(command, result -> {
                record.returned(operation, result, simulation.nowMicros());
                pending.result = result;
            });
            return pending;
        }

        /** Asks and waits for an answer that is one: the command was executed. */
        public KvResult execute(KvCommand command) {
            Pending pending = begin(command);
            await(PATIENCE.plusSeconds(1), pending::isDone);
            expect(
                    pending.isDone() && !(pending.result instanceof KvResult.GaveUp),
                    Property.LIVENESS,
                    "a client is answered within " + PATIENCE.toSeconds() + " s while "
                            + reachable().size() + " of "
                            + size() + " servers work, but " + address + " got "
                            + (pending.isDone() ? pending.result : "no answer") + " to " + command.getOperation()
                            + " " + command.getKey().toStringUtf8());
            return pending.result;
        }

        /** Stores a value. */
        public void put(String key, String value) {
            execute(command(Operation.PUT, key, value));
        }

        /** Appends to a value. */
        public void append(String key, String value) {
            execute(command(Operation.APPEND, key, value));
        }

        /** Removes a key; says whether it was there. */
        public boolean delete(String key) {
            return execute(command(Operation.DELETE, key, "")) instanceof KvResult.Done;
        }

        /** Reads a value; empty if there is none. */
        public Optional<String> get(String key) {
            return execute(command(Operation.GET, key, "")) instanceof KvResult.Found found
                    ? Optional.of(found.value().toStringUtf8())
                    : Optional.empty();
        }

        /** Demands what is stored under {@code key}; null: nothing. */
        public void expectValue(String key, String value, Property property, String why) {
            Optional<String> found = get(key);
            expect(
                    found.equals(Optional.ofNullable(value)),
                    property,
                    "key " + key + " holds " + shown(Optional.ofNullable(value)) + ", because " + why
                            + ", but a read found " + shown(found));
        }
    }

    private static String shown(Optional<String> value) {
        return value.map(each -> each.length() <= 80
                        ? '"' + each + '"'
                        : "\"…" + each.substring(each.length() - 80) + "\" (" + each.length() + " characters)")
                .orElse("nothing");
    }

    /** An answer that may still come. */
    public static final class Pending {
        private KvResult result;

        private Pending() {}

        /** Whether the answer is there. */
        public boolean isDone() {
            return result != null;
        }

        /** Whether the command was executed for certain. */
        public boolean isExecuted() {
            return result != null && !(result instanceof KvResult.GaveUp);
        }

        /** The answer, if it is there. */
        public Optional<KvResult> result() {
            return Optional.ofNullable(result);
        }
    }

    /** A command. */
    public static KvCommand command(Operation operation, String key, String value) {
        return KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    /**
     * Waits until all servers that run have applied everything that is committed. A new leader commits older entries only with
     * one of its own term, and so may wait for a command: if need be, the grader sends one.
     */
    @Override
    public void awaitSameState() {
        for (int attempt = 0; attempt < 4 && !await(NUDGE_AFTER, this::isSameState); attempt++) {
            int leader = awaitLeader();
            WireClient wire = wireClient(luck().nextLong());
            wire.send(address(leader), wire.request(1, command(Operation.PUT, "nudge", "")), reply -> {});
        }
        super.awaitSameState();
    }

    // ---- judging --------------------------------------------------------------------------------------------------

    /** Demands that all that clients were told so far fits one order of their commands. */
    public void expectLinearizable() {
        record.isLinearizable();
    }

    /** How often a service has asked its Raft for a read index so far, all servers together. */
    public int readIndexes() {
        return reports.getOrDefault(KvHarness.READ_INDEX, 0);
    }

    /** Demands that a server that has applied something, some time ago, finds it applied at its last boot. */
    public void expectKeptAtBoot(int node) {
        expect(
                foundAtBoot.getOrDefault(address(node), 0L) > 0,
                Property.EXACTLY_ONCE,
                "n" + node
                        + " had applied commands when it lost power, and begins behind them and not at index 0: else "
                        + "they are executed again on what they have made");
    }

    /** How often a server has compacted its log so far, all servers together. */
    public int compactions() {
        return reports.getOrDefault("compacted", 0);
    }

    /** All keys that a server's storage holds in the {@code data} keyspace. */
    public List<ByteString> dataKeys(int node) {
        return List.copyOf(simulation
                .node(address(node))
                .currentImage()
                .toMap()
                .getOrDefault("data", Map.of())
                .keySet());
    }

    /** Bytes that a server's storage holds in the {@code data} keyspace. */
    public long dataBytes(int node) {
        return simulation.node(address(node)).currentImage().sizeBytes("data");
    }
}
