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
import io.multiraft.grader.check.config.CommandRules;
import io.multiraft.grader.check.config.ConfigLedger;
import io.multiraft.grader.check.config.VersionOracle;
import io.multiraft.grader.harness.ConfigHarness;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** A run of a config server: in the end every version must follow from the one before by one command of a client. */
public final class ConfigRun extends ServiceRun {

    /** Workload: number of buckets. */
    public static final String BUCKETS = "buckets";

    /** Workload: what is added to small gids, so that they need not be small. */
    public static final String GID_BASE = "gidBase";

    /** Workload: number of groups that come and go. */
    public static final String GROUPS = "groups";

    /** By then all copies of a command are answered. */
    private static final long ECHO_MICROS = 5_000_000;

    private final Implementations implementations;
    private final ConfigLedger ledger;
    private final ConfigCommandMix commands;
    private final boolean history; // older versions can be asked for, as from step 3C on

    /** A run that has not begun. */
    public ConfigRun(Schedule schedule, Implementations implementations) {
        super(schedule);
        this.implementations = implementations;
        this.ledger = new ConfigLedger((int) schedule.workload(BUCKETS));
        this.history = schedule.workload(RaftRun.RESTARTS_JUDGED) != 0;
        this.commands = new ConfigCommandMix(
                (int) schedule.workload(BUCKETS), schedule.workload(GID_BASE), (int) schedule.workload(GROUPS));
        simulation.addObserver(new VersionOracle(ledger));
    }

    @Override
    void bootServers(ServiceOptions options) {
        int nBuckets = (int) schedule.workload(BUCKETS);
        for (Address server : servers) {
            simulation.addNode(
                    server, ConfigHarness.bootObserved(implementations, servers, options, nBuckets, history));
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

        /** Somebody sends copies of one command, some of them late: they must be one command, and have one answer. */
        private void echo(ConfigCommand command) {
            ConfigLedger.Operation operation = ledger.called(command);
            ConfigRequest request = ConfigRequest.newBuilder()
                    .setClientId(luck.nextLong())
                    .setSequence(1)
                    .setCommand(command)
                    .build();
            List<ScriptedPeer.Call> calls = new ArrayList<>();
            long latest = luck.chance(500) ? 400_000 : 2_500_000;
            for (int copy = 0; copy < 3; copy++) {
                simulation.after(
                        luck.nextLong(latest),
                        () -> calls.add(echo.send(
                                watch.leader().orElse(servers.get(luck.nextInt(servers.size()))),
                                ConfigServiceGrpc.getDoCommandMethod(),
                                request)));
            }
            simulation.after(ECHO_MICROS, () -> oneAnswer(command, calls).ifPresent(operation::returned));
        }

        private Optional<ConfigResult> oneAnswer(ConfigCommand command, List<ScriptedPeer.Call> calls) {
            List<ConfigResult> answers = calls.stream()
                    .flatMap(call -> call.reply(ConfigReply.parser()).stream())
                    .flatMap(reply -> answer(reply).stream())
                    .distinct()
                    .toList();
            if (answers.size() > 1) {
                throw new Violation(
                        Property.EXACTLY_ONCE,
                        "Copies of one command have one number and one answer, but the answers were " + answers
                                + "; the command is " + CommandRules.describe(command) + ".");
            }
            return answers.stream().findFirst();
        }

        private Optional<ConfigResult> answer(ConfigReply reply) {
            return switch (reply.getError()) {
                case OK -> Optional.of(new ConfigResult.Changed(reply.getVersion()));
                case REFUSED -> Optional.of(new ConfigResult.Refused(reply.getMessage()));
                default -> Optional.empty();
            };
        }

        private ConfigCommand nextCommand() {
            if (luck.chance(120)) {
                echo(commands.change(luck));
            }
            return switch (luck.nextInt(8)) {
                case 0, 1, 2, 3 -> commands.change(luck);
                case 4 -> ConfigCommands.query(history ? luck.nextLong(ledger.newest() + 2) : ConfigCommands.LATEST);
                default -> ConfigCommands.query(ConfigCommands.LATEST);
            };
        }
    }

    @Override
    void judgeTheEnd() {
        simulation.runUntil(simulation.nowMicros() + ECHO_MICROS);
        query(ConfigCommands.LATEST);
        if (history) {
            LongStream.rangeClosed(0, ledger.newest()).forEach(this::query);
        }
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
