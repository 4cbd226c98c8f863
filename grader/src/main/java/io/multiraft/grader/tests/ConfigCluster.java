// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.ConfigCommands;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ConfigRequest;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.config.ConfigLedger;
import io.multiraft.grader.check.kv.StateOracle;
import io.multiraft.grader.harness.ConfigHarness;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A group of config servers that a scenario drives by hand; all versions that anybody sees are kept and judged. */
public final class ConfigCluster extends ServerGroup {
    private static final Duration PATIENCE = Duration.ofSeconds(11);

    private final Implementations implementations;
    private final ServiceOptions options;
    private final int nBuckets;
    private final ConfigLedger ledger;
    private int clients;

    ConfigCluster(
            Implementations implementations,
            long seed,
            int size,
            NetworkModel network,
            ServiceOptions options,
            int nBuckets,
            boolean restartsJudged) {
        super(seed, size, network, restartsJudged);
        this.implementations = implementations;
        this.options = options;
        this.nBuckets = nBuckets;
        this.ledger = new ConfigLedger(nBuckets);
        simulation.addObserver(new StateOracle());
    }

    /** Boots the servers. */
    void boot() {
        members.forEach(
                member -> simulation.addNode(member, ConfigHarness.boot(implementations, members, options, nBuckets)));
    }

    /** A new client. */
    public Client client() {
        Address address = new Address("c" + ++clients);
        simulation.addNode(address, ConfigHarness.client(members, ConfigClientOptions.DEFAULT));
        return new Client(address);
    }

    /** The servers of a group. */
    public static Map<Long, List<Address>> groups(long... gids) {
        Map<Long, List<Address>> groups = new TreeMap<>();
        for (long gid : gids) {
            groups.put(gid, List.of(new Address("g" + gid + "a:6000"), new Address("g" + gid + "b:6000")));
        }
        return groups;
    }

    /** An answer that may still come. */
    public static final class Pending {
        private ConfigResult result;

        private Pending() {}

        /** Whether the answer is there. */
        public boolean isDone() {
            return result != null;
        }

        /** The answer, if it is there. */
        public Optional<ConfigResult> result() {
            return Optional.ofNullable(result);
        }
    }

    /** Who changes and asks, one command at a time. */
    public final class Client {
        private final Address address;

        private Client(Address address) {
            this.address = address;
        }

        /** Asks without waiting. */
        public Pending begin(ConfigCommand command) {
            Pending pending = new Pending();
            ConfigLedger.Operation operation = ledger.called(command);
            simulation.submit(address, ConfigHarness.EXECUTE, command.toByteString(), encoded -> {
                ConfigResult result = ConfigHarness.result(encoded);
                operation.returned(result);
                pending.result = result;
            });
            return pending;
        }

        /** Asks and waits for an answer that is one. */
        public ConfigResult execute(ConfigCommand command) {
            Pending pending = begin(command);
            await(PATIENCE, pending::isDone);
            expect(
                    pending.isDone() && !(pending.result instanceof ConfigResult.GaveUp),
                    Property.LIVENESS,
                    "a client of the config server is answered within 10 s while "
                            + reachable().size() + " of " + size() + " servers work, but got "
                            + (pending.isDone() ? pending.result : "no answer"));
            return pending.result;
        }

        /** Changes something; the version that it makes is the next one. */
        public long change(ConfigCommand command) {
            ConfigResult result = execute(command);
            expect(
                    result instanceof ConfigResult.Changed,
                    Property.PROTOCOL,
                    "the command makes sense and makes a version, but the answer was " + result);
            return ((ConfigResult.Changed) result).version();
        }

        /** The configuration with that number, -1 for the latest. */
        public Config query(long version) {
            ConfigResult result = execute(ConfigCommands.query(version));
            expect(
                    result instanceof ConfigResult.Found,
                    Property.CONFIG_HISTORY,
                    "version " + version + " exists, but the answer to a query was " + result);
            return ((ConfigResult.Found) result).config();
        }

        /** The latest configuration. */
        public Config latest() {
            return query(ConfigCommands.LATEST);
        }
    }

    /** Somebody who says himself what he sends to whom. */
    public ScriptedPeer wire() {
        return simulation.addScripted(new Address("w" + ++clients));
    }

    /** Sends a request to a node and waits for the answer, at most {@code limit}; empty: none came. */
    public Optional<ConfigReply> ask(ScriptedPeer wire, int node, ConfigRequest request, Duration limit) {
        ScriptedPeer.Call call = wire.send(address(node), ConfigServiceGrpc.getDoCommandMethod(), request);
        await(limit, () -> call.reply(ConfigReply.parser()).isPresent());
        return call.reply(ConfigReply.parser());
    }

    /** Looks at all versions, and demands that each follows from the one before by one command. */
    public void judgeHistory(Client client) {
        client.latest();
        ledger.unseen().forEach(client::query);
        ledger.judgeHistory();
    }
}
