// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.kv.KvRecord;
import io.multiraft.grader.check.kv.StateOracle;
import io.multiraft.grader.harness.KvClientHarness;
import io.multiraft.grader.harness.KvHarness;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.service.ServiceOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run of a key-value store: in the end nothing may be lost, and the whole history must be linearizable. */
public final class KvRun extends ServiceRun {

    /** Workload: how many of the clients, at most, are the grader's own. */
    public static final String WIRE_CLIENTS = "wireClients";

    /** Workload: how many of 1,000 commands are reads. */
    public static final String READ_PERMILLE = "readPermille";

    /** Workload: 1 if the grader's own clients repeat commands. */
    public static final String INSISTENT = "insistent";

    /** Workload: length of values at least. */
    public static final String VALUE_BYTES = "valueBytes";

    private final Implementations implementations;
    private final KvRecord record = new KvRecord();
    private long readIndexes;

    /** A run that has not begun. */
    public KvRun(Schedule schedule, Implementations implementations) {
        super(schedule);
        this.implementations = implementations;
        simulation.addObserver(new StateOracle());
        simulation.addObserver(new Observer() {
            @Override
            public void onEffect(SimNode node, NodeEffect effect) {
                boolean asks = effect instanceof NodeEffect.Report report
                        && report.kind().equals(KvHarness.READ_INDEX);
                readIndexes += asks ? 1 : 0;
            }
        });
    }

    @Override
    void bootServers(ServiceOptions options) {
        for (Address server : servers) {
            simulation.addNode(server, KvHarness.boot(implementations, servers, options, KvLimits.DEFAULT));
        }
    }

    @Override
    Client newClient(int number) {
        return new KvClient(number);
    }

    private final class KvClient extends Client {
        private final KvCaller caller;
        private long tokens;
        private boolean succeeded;

        KvClient(int number) {
            super(number);
            this.caller = number <= schedule.workload(WIRE_CLIENTS) ? wireClient() : clientUnderTest();
        }

        private KvCaller wireClient() {
            // ids that are the same in their lower half, and negative ones
            long id = luck.chance(500) ? (((long) number) << 32) + 7 : -number;
            boolean insistent = schedule.workload(INSISTENT) != 0;
            return new WireClient(simulation, address, servers, watch::leader, id, insistent, 200);
        }

        private KvCaller clientUnderTest() {
            KvClientOptions options = KvClientOptions.DEFAULT;
            simulation.addNode(address, KvClientHarness.boot(implementations.kvClient(), servers, options));
            return (command, onResult) -> simulation.submit(
                    address,
                    KvClientHarness.EXECUTE,
                    command.toByteString(),
                    result -> onResult.accept(KvClientHarness.result(result)));
        }

        @Override
        void askNext(Runnable answered) {
            ask(nextCommand(), answered);
        }

        void ask(KvCommand command, Runnable answered) {
            int operation = record.called(number, command, simulation.nowMicros());
            caller.execute(command, result -> {
                succeeded = !(result instanceof KvResult.GaveUp);
                record.returned(operation, result, simulation.nowMicros());
                answered.run();
            });
        }

        private KvCommand nextCommand() {
            boolean tokenKey = luck.chance(600);
            String key = tokenKey ? KvRecord.TOKENS + luck.nextInt(2) : mixedKey();
            if (luck.chance((int) schedule.workload(READ_PERMILLE))) {
                return command(Operation.GET, key, "");
            } else if (tokenKey) {
                return command(Operation.APPEND, key, KvRecord.token(number, ++tokens));
            }
            return switch (luck.nextInt(4)) {
                case 0 -> command(Operation.APPEND, key, "x");
                case 1 -> command(Operation.DELETE, key, "");
                default -> command(Operation.PUT, key, padded("p" + number + "." + ++tokens));
            };
        }

        private String mixedKey() {
            List<String> keys = KvHarness.KEYS;
            return keys.get(2 + luck.nextInt(keys.size() - 2));
        }

        private String padded(String value) {
            return value + " ".repeat((int) schedule.workload(VALUE_BYTES));
        }
    }

    private static KvCommand command(Operation operation, String key, String value) {
        return KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    @Override
    void judgeTheEnd() {
        for (String key : KvHarness.KEYS) {
            Optional<String> value = finalValue(key);
            if (key.startsWith(KvRecord.TOKENS)) {
                record.nothingIsLost(key, value);
            }
        }
        awaitSameState();
        record.isLinearizable();
    }

    private Optional<String> finalValue(String key) {
        Deque<Optional<String>> value = new ArrayDeque<>();
        KvClient client = (KvClient) lastClient();
        long giveUpAt = simulation.nowMicros() + PATIENCE_MICROS;
        while (value.isEmpty()) {
            if (simulation.nowMicros() > giveUpAt) {
                throw new Violation(Property.LIVENESS, stuck("nobody answers a read"));
            }
            client.busy = true;
            client.ask(command(Operation.GET, key, ""), () -> {
                client.busy = false;
                if (client.succeeded) {
                    value.add(record.lastFound());
                }
            });
            simulation.runUntil(giveUpAt + PATIENCE_MICROS, () -> !client.busy);
            if (value.isEmpty()) {
                simulation.runUntil(simulation.nowMicros() + PROBE_EVERY_MICROS);
            }
        }
        return value.element();
    }

    @Override
    public Map<String, Long> reached() {
        Map<String, Long> reached = super.reached();
        reached.put("operations", record.operations());
        reached.put("answered", record.answered());
        reached.put("readIndexes", readIndexes);
        return reached;
    }
}
