// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.raft.RaftWatch;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.node.Address;
import io.multiraft.raft.RaftOptions;
import io.multiraft.service.ServiceOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * One run of a replicated service under a schedule: clients ask while faults happen; then everything is mended, and all that
 * is under way must come to its end.
 */
public abstract class ServiceRun {

    /** Workload: number of clients. */
    public static final String CLIENTS = "clients";

    /** Workload: average time between an answer and the next command of a client. */
    public static final String THINK = "thinkMicros";

    /** Workload: bytes of commands between two compactions. */
    public static final String COMPACT_BYTES = "compactAfterBytes";

    /** Without any progress for so long after everything is mended, a run has failed. */
    static final long PATIENCE_MICROS = 10_000_000;

    static final long PROBE_EVERY_MICROS = 100_000;

    final Schedule schedule;
    final Simulation simulation;
    final RaftWatch watch;
    final List<Address> servers;
    private final List<Client> clients = new ArrayList<>();

    ServiceRun(Schedule schedule) {
        this.schedule = schedule;
        this.simulation = new Simulation(schedule.seed(), schedule.network(), schedule.disk());
        this.servers = IntStream.rangeClosed(1, schedule.nodes())
                .mapToObj(RaftHarness::address)
                .toList();
        this.watch = new RaftWatch(simulation, servers.size(), schedule.workload(RaftRun.RESTARTS_JUDGED) != 0);
        simulation.addObserver(watch);
    }

    /** The world of this run. */
    public final Simulation simulation() {
        return simulation;
    }

    /** Boots the servers. */
    abstract void bootServers(ServiceOptions options);

    /** A client that has not asked anything yet. */
    abstract Client newClient(int number);

    /** Judges what is left when everything is mended and answered. */
    abstract void judgeTheEnd();

    /** Plays to the end; throws at the first violation. */
    public final void play() {
        RaftOptions raft = RaftOptions.DEFAULT
                .withHeartbeatInterval(Duration.ofMillis(schedule.workload(RaftRun.HEARTBEAT_MILLIS)))
                .withMaxPayloadBytes((int) schedule.workload(RaftRun.PAYLOAD_BYTES));
        bootServers(ServiceOptions.DEFAULT.withRaft(raft).withCompactAfterBytes(schedule.workload(COMPACT_BYTES)));
        for (int number = 1; number <= schedule.workload(CLIENTS); number++) {
            clients.add(newClient(number));
        }
        simulation
                .faults()
                .defineRole(
                        KvFaultKinds.CLIENTS,
                        () -> clients.stream().map(client -> client.address).toList());
        simulation.faults().defineRole(KvFaultKinds.FOLLOWERS, this::followers);
        simulation.faults().plan(schedule);
        clients.forEach(Client::think);
        simulation.runUntil(schedule.faultMicros());
        awaitProgress(
                "a command of a client is not answered", () -> clients.stream().noneMatch(client -> client.busy));
        judgeTheEnd();
    }

    private List<Address> followers() {
        return servers.stream()
                .filter(server ->
                        watch.leader().isPresent() && !watch.leader().get().equals(server))
                .toList();
    }

    /** Who asks one command after the other as long as there are faults. */
    abstract class Client {
        final int number;
        final Address address;
        final SimRandom luck;
        boolean busy;

        Client(int number) {
            this.number = number;
            this.address = new Address("c" + number);
            this.luck = SimRandom.of(schedule.seed(), 0x434C4945, number);
        }

        /** Asks a command; {@code answered} is called when it is answered. */
        abstract void askNext(Runnable answered);

        private void think() {
            simulation.after(luck.nextLong(schedule.workload(THINK) * 2), () -> {
                if (simulation.nowMicros() < schedule.faultMicros()) {
                    busy = true;
                    askNext(() -> {
                        busy = false;
                        think();
                    });
                }
            });
        }
    }

    /** The client that was made last. */
    final Client lastClient() {
        return clients.get(clients.size() - 1);
    }

    /** Waits until all servers have applied everything that is committed. */
    final void awaitSameState() {
        awaitProgress(
                "a server does not apply what is committed",
                () -> servers.stream().allMatch(server -> watch.appliedBy(server) >= watch.committedIndex()));
    }

    final void awaitProgress(String complaint, BooleanSupplier reached) {
        long progressAt = simulation.nowMicros();
        long progress = -1;
        while (!reached.getAsBoolean()) {
            long now = watch.committedIndex()
                    + servers.stream().mapToLong(watch::appliedBy).sum();
            if (now > progress) {
                progress = now;
                progressAt = simulation.nowMicros();
            }
            if (simulation.nowMicros() - progressAt > PATIENCE_MICROS + 1_000_000) {
                throw new Violation(Property.LIVENESS, stuck(complaint));
            }
            simulation.runUntil(simulation.nowMicros() + PROBE_EVERY_MICROS);
        }
    }

    final String stuck(String complaint) {
        StringBuilder facts = new StringBuilder("Everything works since ")
                .append(TraceTime.seconds(schedule.faultMicros()))
                .append(", but ")
                .append(complaint)
                .append(": ")
                .append(watch.leader()
                        .map(leader -> leader + " leads term " + watch.leaderTerm())
                        .orElse("there is no leader"))
                .append(", committed up to index ")
                .append(watch.committedIndex())
                .append("; applied:");
        for (SimNode node : simulation.nodes()) {
            if (servers.contains(node.address())) {
                facts.append(' ').append(node).append('=').append(watch.appliedBy(node.address()));
            }
        }
        return facts.append('.').toString();
    }

    /** How often what a campaign wants to see was reached, by name. */
    public Map<String, Long> reached() {
        Map<String, Long> reached = new LinkedHashMap<>();
        reached.put("leaders", (long) watch.leadersSoFar());
        reached.put("faults", (long) simulation.faults().begun());
        reached.put("snapshots", (long) watch.snapshotsInstalled());
        return reached;
    }
}
