// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.grader.real.Layers;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientFactory;
import io.multiraft.kv.KvClientOptions;
import java.util.List;
import java.util.Map;

/** The key-value store of lab 2: three servers, each a {@code ./lab server kv}. */
final class KvSystem implements LiveSystem {
    private static final String GROUP = "kv";
    private static final List<String> SERVERS = List.of("1", "2", "3");
    private static final int KEYS = 2;

    private final KvClientFactory clients;
    private final Deployment servers;

    /** Servers and clients of the code that {@code setup} names. */
    KvSystem(KvClientFactory clients, LiveSetup setup, LivePlan plan, Evidence evidence) {
        this.clients = clients;
        ServerCommands commands = new ServerCommands(setup, plan, evidence);
        servers = new Deployment(
                Map.of(GROUP, SERVERS),
                (name, fleet, links) -> commands.process(
                        name,
                        List.of("server", "kv"),
                        Layers.OF_KV_SERVER,
                        fleet,
                        ServerCommands.others(name, SERVERS),
                        links));
    }

    @Override
    public Deployment servers() {
        return servers;
    }

    @Override
    public KvClient client(KvClientOptions options) {
        return clients.create(servers.addresses(SERVERS), options);
    }

    @Override
    public int keys() {
        return KEYS;
    }

    @Override
    public void prepare() {
        // it serves as it is
    }

    @Override
    public void changesBegin() {
        // the group stays as it is
    }

    @Override
    public void changesEnd() {
        // likewise
    }

    @Override
    public void settle(long patienceSeconds) {
        // nothing moves
    }

    @Override
    public Map<String, Long> changes() {
        return Map.of();
    }

    @Override
    public void close() {
        servers.close();
    }
}
