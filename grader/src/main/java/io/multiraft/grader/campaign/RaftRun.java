// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.raft.RaftWatch;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.node.Address;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One run of a Raft group under a schedule: clients propose while faults happen; then everything is mended, and the group
 * must make progress within bounded virtual time.
 */
public final class RaftRun {

    /** Workload: virtual time between two proposals; 0: none. */
    public static final String PROPOSE_EVERY = "proposeEveryMicros";

    /** Workload: length of a command. */
    public static final String COMMAND_BYTES = "commandBytes";

    /** Workload: entries between two compactions; 0: never. */
    public static final String COMPACT_EVERY = "compactEvery";

    /** Workload: payload of a message at most, in bytes. */
    public static final String PAYLOAD_BYTES = "payloadBytes";

    /** Workload: time between two heartbeats; election timeouts are 4 to 8 times as long. */
    public static final String HEARTBEAT_MILLIS = "heartbeatMillis";

    /** Workload: 1 if what a server promised must survive its crash. */
    public static final String RESTARTS_JUDGED = "restartsJudged";

    /** Workload: 1 if commands must come through in the end; without, an election is enough. */
    public static final String MUST_COMMIT = "mustCommit";

    /** Workload: a term that is shown to everybody in the beginning, so that terms need not be small; 0: none. */
    public static final String FIRST_TERM = "firstTerm";

    /** Where the requests come from that show a high term; servers do not see it. */
    private static final Address PRELUDE = new Address("prelude");

    /** Without any progress for so long after everything is mended, a run has failed. */
    private static final long PATIENCE_MICROS = 10_000_000;

    private static final long PROBE_EVERY_MICROS = 100_000;

    private final Schedule schedule;
    private final RaftFactory factory;
    private final Simulation simulation;
    private final RaftWatch watch;
    private final List<Address> members;
    private final SimRandom luck;
    private long proposed;
    private long finalIndex;
    private long finalTerm;

    /** A run that has not begun. */
    public RaftRun(Schedule schedule, RaftFactory factory) {
        this.schedule = schedule;
        this.simulation = new Simulation(schedule.seed(), schedule.network(), schedule.disk());
        this.luck = SimRandom.of(schedule.seed(), 0x574F524B);
        this.members = IntStream.rangeClosed(1, schedule.nodes())
                .mapToObj(RaftHarness::address)
                .toList();
        this.watch = new RaftWatch(simulation, members.size(), schedule.workload(RESTARTS_JUDGED) != 0);
        simulation.addObserver(watch);
        this.factory = factory;
    }

    /** The world of this run. */
    public Simulation simulation() {
        return simulation;
    }

    /** Plays to the end; throws at the first violation. */
    public void play() {
        RaftOptions options = RaftOptions.DEFAULT
                .withHeartbeatInterval(Duration.ofMillis(schedule.workload(HEARTBEAT_MILLIS)))
                .withMaxPayloadBytes((int) schedule.workload(PAYLOAD_BYTES));
        RaftConfig config = new RaftConfig(members, options);
        for (Address member : members) {
            simulation.addNode(member, RaftHarness.boot(factory, config, schedule.workload(COMPACT_EVERY)));
        }
        if (schedule.workload(FIRST_TERM) > 0 && members.size() > 1) {
            raiseTerms(schedule.workload(FIRST_TERM));
        }
        simulation.faults().plan(schedule);
        if (schedule.workload(PROPOSE_EVERY) > 0) {
            simulation.after(schedule.workload(PROPOSE_EVERY), this::proposeNow);
        }
        simulation.runUntil(schedule.faultMicros());
        converge();
        simulation.runUntil(RaftSchedules.RUN_MICROS);
    }

    /**
     * Each server is asked for its vote in the name of the next one, as if that had stood and crashed before all this: an
     * answer goes nowhere. Only members are named, as servers may know them by their number.
     */
    private void raiseTerms(long term) {
        ScriptedPeer prelude = simulation.addScripted(PRELUDE);
        for (int i = 0; i < members.size(); i++) {
            RequestVoteRequest request = RequestVoteRequest.newBuilder()
                    .setTerm(term)
                    .setCandidate(members.get((i + 1) % members.size()).text())
                    .build();
            prelude.send(members.get(i), RaftServiceGrpc.getRequestVoteMethod(), request);
        }
    }

    private void proposeNow() {
        if (simulation.nowMicros() >= schedule.faultMicros()) {
            return;
        }
        // mostly to whoever leads, sometimes to everybody: an isolated old leader goes on accepting commands
        boolean toAll = luck.chance(300);
        Optional<Address> leader = watch.leader();
        for (Address member : members) {
            if (toAll || leader.isEmpty() || member.equals(leader.get())) {
                propose(member);
            }
        }
        long every = schedule.workload(PROPOSE_EVERY);
        simulation.after(luck.nextLong(every / 2, every * 3 / 2 + 1), this::proposeNow);
    }

    private void propose(Address member) {
        simulation.submit(member, RaftHarness.PROPOSE, command("c" + ++proposed), result -> {});
    }

    private ByteString command(String name) {
        int length = (int) schedule.workload(COMMAND_BYTES);
        StringBuilder text = new StringBuilder(name);
        while (text.length() < length) {
            text.append(' ');
        }
        return ByteString.copyFromUtf8(text.toString());
    }

    // ---- after the faults -----------------------------------------------------------------------------------------

    private void converge() {
        long progressAt = simulation.nowMicros();
        long progress = -1;
        while (!converged()) {
            if (progressMade() > progress) {
                progress = progressMade();
                progressAt = simulation.nowMicros();
            }
            if (simulation.nowMicros() - progressAt > PATIENCE_MICROS) {
                throw new Violation(Property.LIVENESS, stuck());
            }
            if (schedule.workload(MUST_COMMIT) != 0 && !finalAccepted()) {
                for (Address member : members) {
                    simulation.submit(member, RaftHarness.PROPOSE, command("final" + ++proposed), result -> {
                        RaftHarness.outcome(result).ifPresent(this::finallyAccepted);
                    });
                }
            }
            simulation.runUntil(simulation.nowMicros() + PROBE_EVERY_MICROS);
        }
    }

    private void finallyAccepted(RaftHarness.Accepted accepted) {
        if (accepted.term() >= finalTerm) {
            finalIndex = accepted.index();
            finalTerm = accepted.term();
        }
    }

    /** Whether a command was accepted in the term that is still the newest, so that it is worth waiting for. */
    private boolean finalAccepted() {
        return finalIndex > 0 && finalTerm >= watch.leaderTerm();
    }

    private long progressMade() {
        long sum = watch.committedIndex();
        for (Address member : members) {
            sum += watch.appliedBy(member);
        }
        return sum;
    }

    private boolean converged() {
        if (schedule.workload(MUST_COMMIT) == 0) {
            return members.size() == 1 || (watch.leader().isPresent() && settled());
        }
        if (finalIndex == 0 || watch.committedIndex() < finalIndex) {
            return false;
        }
        return members.stream().allMatch(member -> watch.appliedBy(member) >= watch.committedIndex());
    }

    /** Without a log to look at: nobody stands for election any more. */
    private boolean settled() {
        return simulation.nowMicros() > schedule.faultMicros() + 2_000_000 && watch.highestTerm() == watch.leaderTerm();
    }

    private String stuck() {
        StringBuilder facts = new StringBuilder("Nothing moves any more although everything works since ")
                .append(TraceTime.seconds(schedule.faultMicros()))
                .append(": ");
        facts.append(watch.leader()
                .map(leader -> leader + " leads term " + watch.leaderTerm())
                .orElse("there is no leader"));
        facts.append(", committed up to index ").append(watch.committedIndex());
        if (finalIndex > 0) {
            facts.append(", index ")
                    .append(finalIndex)
                    .append(" of term ")
                    .append(finalTerm)
                    .append(" was accepted");
        }
        facts.append("; applied:");
        for (SimNode node : simulation.nodes()) {
            facts.append(' ').append(node).append('=').append(watch.appliedBy(node.address()));
        }
        return facts.append('.').toString();
    }

    /** How often what a campaign wants to see was reached, by name. */
    public Map<String, Long> reached() {
        Map<String, Long> reached = new LinkedHashMap<>();
        reached.put("leaders", (long) watch.leadersSoFar());
        reached.put("committed", watch.committedIndex());
        reached.put("faults", (long) simulation.faults().begun());
        reached.put("snapshots", (long) watch.snapshotsInstalled());
        reached.put("ghosts", (long) watch.ghostsQuestioned());
        return reached;
    }
}
