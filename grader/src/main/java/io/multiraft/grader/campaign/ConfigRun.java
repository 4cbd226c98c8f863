// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ConfigRequest;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.config.ConfigLedger;
import io.multiraft.grader.check.kv.StateOracle;
import io.multiraft.grader.harness.ConfigHarness;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A run of a config server: in the end every version must follow from the one before by one command of a client. */
public final class ConfigRun extends ServiceRun {

    /** Workload: number of buckets. */
    public static final String BUCKETS = "buckets";

    /** Workload: what is added to small gids, so that they need not be small. */
    public static final String GID_BASE = "gidBase";

    private static final int GROUPS = 6;

    private final Implementations implementations;
    private final ConfigLedger ledger;

    /** A run that has not begun. */
    public ConfigRun(Schedule schedule, Implementations implementations) {
        super(schedule);
        this.implementations = implementations;
        this.ledger = new ConfigLedger((int) schedule.workload(BUCKETS));
        simulation.addObserver(new StateOracle());
    }

    @Override
    void bootServers(ServiceOptions options) {
        int nBuckets = (int) schedule.workload(BUCKETS);
        for (Address server : servers) {
            simulation.addNode(server, ConfigHarness.boot(implementations, servers, options, nBuckets));
        }
    }

    @Override
    Client newClient(int number) {
        return new ConfigAsker(number);
    }

    private final class ConfigAsker extends Client {
        private final ScriptedPeer echo;

        ConfigAsker(int number) {
            super(number);
            simulation.addNode(address, ConfigHarness.client(servers, ConfigClientOptions.DEFAULT));
            echo = simulation.addScripted(new Address("echo" + number));
        }

        @Override
        void askNext(Runnable answered) {
            ask(nextCommand(), result -> answered.run());
        }

        void ask(ConfigCommand command, Consumer<ConfigResult> onResult) {
            ConfigLedger.Operation operation = ledger.called(command);
            simulation.submit(address, ConfigHarness.EXECUTE, command.toByteString(), encoded -> {
                ConfigResult result = ConfigHarness.result(encoded);
                operation.returned(result);
                onResult.accept(result);
            });
        }

        /** A client of the grader that sends one command twice and never more: its second copy must not make a version. */
        private void echo(ConfigCommand command) {
            ConfigLedger.Operation operation = ledger.called(command);
            ConfigRequest request = ConfigRequest.newBuilder()
                    .setClientId(luck.nextLong())
                    .setSequence(1)
                    .setCommand(command)
                    .build();
            List<ScriptedPeer.Call> calls = new ArrayList<>();
            for (int copy = 0; copy < 3; copy++) {
                Address server = watch.leader().orElse(servers.get(luck.nextInt(servers.size())));
                simulation.after(
                        luck.nextLong(400_000),
                        () -> calls.add(echo.send(server, ConfigServiceGrpc.getDoCommandMethod(), request)));
            }
            simulation.after(
                    3_000_000,
                    () -> calls.stream()
                            .flatMap(call -> call.reply(ConfigReply.parser()).stream())
                            .filter(reply -> reply.getError() == io.multiraft.config.rpc.ErrorCode.OK)
                            .findFirst()
                            .ifPresent(reply -> operation.returned(new ConfigResult.Changed(reply.getVersion()))));
        }

        private ConfigCommand nextCommand() {
            if (luck.chance(120)) {
                echo(ConfigCommands.move(luck.nextInt((int) schedule.workload(BUCKETS)), gid()));
            }
            return switch (luck.nextInt(8)) {
                case 0, 1 -> ConfigCommands.join(groups(1 + luck.nextInt(2)));
                case 2 -> ConfigCommands.leave(groups(1 + luck.nextInt(2)).keySet());
                case 3 -> ConfigCommands.move(luck.nextInt((int) schedule.workload(BUCKETS)), gid());
                case 4 -> ConfigCommands.query(luck.nextLong(ledger.newest() + 2));
                default -> ConfigCommands.query(ConfigCommands.LATEST);
            };
        }

        private long gid() {
            return schedule.workload(GID_BASE) + 1 + luck.nextInt(GROUPS);
        }

        private Map<Long, List<Address>> groups(int count) {
            Map<Long, List<Address>> groups = new TreeMap<>();
            IntStream.range(0, count).forEach(i -> {
                long gid = gid();
                groups.put(gid, List.of(new Address("g" + gid + "a:1"), new Address("g" + gid + "b:1")));
            });
            return groups;
        }
    }

    @Override
    void judgeTheEnd() {
        simulation.runUntil(simulation.nowMicros() + 3_500_000);
        query(ConfigCommands.LATEST);
        ledger.unseen().forEach(this::query);
        awaitSameState();
        ledger.judgeHistory();
    }

    private void query(long version) {
        List<ConfigResult> results = new ArrayList<>();
        ((ConfigAsker) lastClient()).ask(ConfigCommands.query(version), results::add);
        simulation.runUntil(simulation.nowMicros() + PATIENCE_MICROS + 1_000_000, () -> !results.isEmpty());
        if (results.isEmpty() || results.get(0) instanceof ConfigResult.GaveUp) {
            throw new Violation(Property.LIVENESS, stuck("nobody answers a query"));
        } else if (!(results.get(0) instanceof ConfigResult.Found)) {
            throw new Violation(
                    Property.CONFIG_HISTORY,
                    "Version " + version + " was made, but in the end the answer to a query is " + results.get(0)
                            + ".");
        }
    }

    @Override
    public Map<String, Long> reached() {
        Map<String, Long> reached = super.reached();
        reached.put("answered", ledger.answered());
        reached.put("versions", ledger.newest());
        return reached;
    }
}
