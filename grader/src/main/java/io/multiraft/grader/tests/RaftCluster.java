// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.raft.RaftWatch;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.node.Address;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.RaftOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A group of Raft nodes that a scenario drives by hand, in virtual time. All oracles watch it. Nodes are named by their
 * number, from 1.
 */
public final class RaftCluster {
    /** A new leader must be there after this time, and a command must come through. */
    private static final long PATIENCE_MICROS = 10_000_000;

    private final Simulation simulation;
    private final RaftWatch watch;
    private final RaftFactory factory;
    private final List<Address> members;
    private final long compactEvery;
    private final Traffic traffic = new Traffic();
    private final SimRandom luck;
    private int commands;

    RaftCluster(
            RaftFactory factory,
            long seed,
            int size,
            NetworkModel network,
            long compactEvery,
            boolean restartsJudged) {
        this.factory = factory;
        this.compactEvery = compactEvery;
        this.simulation = new Simulation(seed, network, DiskModel.FAST);
        this.luck = SimRandom.of(seed, 0x53434E);
        this.members =
                IntStream.rangeClosed(1, size).mapToObj(RaftHarness::address).toList();
        this.watch = new RaftWatch(simulation, size, restartsJudged);
        simulation.addObserver(watch);
        simulation.addObserver(traffic);
    }

    void boot() {
        RaftConfig config = new RaftConfig(members, RaftOptions.DEFAULT);
        members.forEach(member -> simulation.addNode(member, RaftHarness.boot(factory, config, compactEvery)));
    }

    Simulation simulation() {
        return simulation;
    }

    /** Counts what is sent. */
    private static final class Traffic implements Observer {
        private long requests;
        private long bytes;

        @Override
        public void onSend(Message message) {
            bytes += message.sizeBytes();
            if (!message.isReply()) {
                requests++;
            }
        }
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /** Lets virtual time pass. */
    public void run(Duration time) {
        simulation.runUntil(simulation.nowMicros() + time.toNanos() / 1_000);
    }

    /** Lets {@code millis} of virtual time pass. */
    public void runMillis(long millis) {
        run(Duration.ofMillis(millis));
    }

    /** Virtual time since the beginning. */
    public Duration now() {
        return Duration.ofNanos(simulation.nowMicros() * 1_000);
    }

    /** Randomness that belongs to the scenario. */
    public SimRandom luck() {
        return luck;
    }

    // ---- leaders --------------------------------------------------------------------------------------------------

    /** Number of nodes. */
    public int size() {
        return members.size();
    }

    /**
     * Waits until a leader has led the newest term for a while without anybody standing against it.
     *
     * @return its number
     */
    public int awaitLeader() {
        long deadline = simulation.nowMicros() + PATIENCE_MICROS;
        while (simulation.nowMicros() < deadline) {
            long term = watch.highestTerm();
            run(Duration.ofMillis(100));
            Optional<Address> leader = watch.leader();
            if (leader.isPresent()
                    && watch.leaderTerm() == term
                    && watch.highestTerm() == term
                    && heardOf(leader.get(), 100_000)) {
                return number(leader.get());
            }
        }
        throw new Violation(
                Property.LIVENESS,
                "Within " + PATIENCE_MICROS / 1_000_000 + " s nobody became and stayed leader although a majority can talk "
                        + "to each other; the highest term is " + watch.highestTerm() + ".");
    }

    private boolean heardOf(Address leader, long withinMicros) {
        return members.size() == 1 || watch.lastHeard(leader) >= simulation.nowMicros() - withinMicros;
    }

    /** Highest term in which somebody led. */
    public long leaderTerm() {
        return watch.leaderTerm();
    }

    /** Highest term in which anybody stood for election or led. */
    public long highestTerm() {
        return watch.highestTerm();
    }

    /** Number of terms that had a leader. */
    public int leadersSoFar() {
        return watch.leadersSoFar();
    }

    /** A node that is not {@code node}: the next one in order. */
    public int after(int node) {
        return node % members.size() + 1;
    }

    private static int number(Address address) {
        return Integer.parseInt(address.text().substring(1));
    }

    private Address address(int node) {
        return members.get(node - 1);
    }

    // ---- commands -------------------------------------------------------------------------------------------------

    /** Proposes a command of {@code bytes} to one node; empty if that does not accept it as leader. */
    public Optional<RaftHarness.Accepted> propose(int node, int bytes) {
        List<RaftHarness.Accepted> answer = new ArrayList<>();
        simulation.submit(
                address(node),
                RaftHarness.PROPOSE,
                command(bytes),
                result -> RaftHarness.outcome(result).ifPresent(answer::add));
        simulation.runUntil(simulation.nowMicros() + 100_000, () -> !answer.isEmpty());
        return answer.stream().findFirst();
    }

    /** Proposes a short command to one node. */
    public Optional<RaftHarness.Accepted> propose(int node) {
        return propose(node, 10);
    }

    /** Proposes without waiting for the answer. */
    public void proposeAsync(int node) {
        simulation.submit(address(node), RaftHarness.PROPOSE, command(10), result -> {});
    }

    private ByteString command(int bytes) {
        String name = "command " + ++commands + " ";
        return ByteString.copyFromUtf8(name + "x".repeat(Math.max(0, bytes - name.length())));
    }

    /**
     * Gets one command committed, trying every node until one accepts it, and waits until {@code nodes} nodes have applied
     * it.
     *
     * @return its index
     */
    public long agree(int nodes) {
        return agree(nodes, 10);
    }

    /** Like {@link #agree(int)}, with a command of {@code bytes}. */
    public long agree(int nodes, int bytes) {
        long deadline = simulation.nowMicros() + PATIENCE_MICROS;
        ByteString command = command(bytes);
        List<RaftHarness.Accepted> accepted = new ArrayList<>();
        int next = watch.leader().map(RaftCluster::number).orElse(1);
        while (simulation.nowMicros() < deadline) {
            simulation.submit(
                    address(next),
                    RaftHarness.PROPOSE,
                    command,
                    result -> RaftHarness.outcome(result).ifPresent(accepted::add));
            long tryUntil = simulation.nowMicros() + 50_000;
            simulation.runUntil(tryUntil, () -> !accepted.isEmpty());
            if (!accepted.isEmpty()) {
                long index = accepted.get(accepted.size() - 1).index();
                long waitUntil = Math.min(deadline, simulation.nowMicros() + 2_000_000);
                boolean done = simulation.runUntil(
                        waitUntil, () -> appliedBy(index) >= nodes && command.equals(commandAt(index)));
                if (done) {
                    return index;
                }
                accepted.clear();
            }
            next = after(next);
        }
        throw new Violation(
                Property.LIVENESS,
                "A command did not come through within " + PATIENCE_MICROS / 1_000_000 + " s: " + nodes
                        + " nodes should have applied it. " + where());
    }

    private ByteString commandAt(long index) {
        return watch.commandAt(index).orElse(ByteString.EMPTY);
    }

    /** Gets {@code count} commands committed, one after the other; returns the last index. */
    public long agreeTimes(int count, int nodes) {
        long index = 0;
        for (int i = 0; i < count; i++) {
            index = agree(nodes);
        }
        return index;
    }

    /** How many nodes have applied {@code index}. */
    public int appliedBy(long index) {
        return (int) members.stream()
                .filter(member -> watch.appliedBy(member) >= index)
                .count();
    }

    /** The highest index that {@code node} has applied. */
    public long applied(int node) {
        return watch.appliedBy(address(node));
    }

    /** The highest index that anybody announced as committed or applied. */
    public long committed() {
        return watch.committedIndex();
    }

    /** Waits until all nodes that run have applied everything that is committed. */
    public void awaitSameState() {
        boolean same = simulation.runUntil(simulation.nowMicros() + PATIENCE_MICROS, () -> simulation.nodes().stream()
                .filter(node -> node.isRunning())
                .allMatch(node -> watch.appliedBy(node.address()) >= watch.committedIndex()));
        expect(same, Property.LIVENESS, "all nodes apply what is committed, once they are reachable. " + where());
    }

    /** Nothing may be committed beyond {@code index} during {@code time}; {@code why} as a clause. */
    public void nothingCommittedBeyond(long index, Duration time, String why) {
        run(time);
        expect(
                watch.committedIndex() <= index,
                Property.STATE_MACHINE_SAFETY,
                "nothing is committed beyond index " + index + ", because " + why + "; but index "
                        + watch.committedIndex() + " is");
    }

    /** Number of snapshots that were installed so far. */
    public int snapshotsInstalled() {
        return watch.snapshotsInstalled();
    }

    // ---- faults ---------------------------------------------------------------------------------------------------

    /** Cuts a node off from all others, in both directions. */
    public void isolate(int... nodes) {
        for (int node : nodes) {
            for (Address other : members) {
                if (!other.equals(address(node))) {
                    simulation.cut(address(node), other);
                    simulation.cut(other, address(node));
                }
            }
        }
    }

    /** Undoes one {@link #isolate} of each node. */
    public void rejoin(int... nodes) {
        for (int node : nodes) {
            for (Address other : members) {
                if (!other.equals(address(node))) {
                    simulation.mend(address(node), other);
                    simulation.mend(other, address(node));
                }
            }
        }
    }

    /** Cuts one direction of a link. */
    public void cut(int from, int to) {
        simulation.cut(address(from), address(to));
    }

    /** Mends one direction of a link. */
    public void mend(int from, int to) {
        simulation.mend(address(from), address(to));
    }

    /** A side of a partition; see {@link #partition}. */
    public final class Side {
        private final int[] nodes;

        private Side(int... nodes) {
            this.nodes = nodes;
        }

        /** The other side. */
        public void from(int... others) {
            for (int node : nodes) {
                for (int other : others) {
                    cut(node, other);
                    cut(other, node);
                }
            }
        }
    }

    /** {@code cluster.partition(1, 2).from(3, 4, 5)}. */
    public Side partition(int... nodes) {
        return new Side(nodes);
    }

    /** Everything works again. */
    public void heal() {
        simulation.healAll();
    }

    /** The network works again; nodes that are down stay down. */
    public void healNetwork() {
        simulation.healNetwork();
    }

    /** The network loses, repeats and reorders from now on, or stops doing so. */
    public void setNoise(int lossPermille, int duplicatePermille, int slowPermille, Duration slowest) {
        simulation.setNoise(new Fault.Noise(
                0, 0, lossPermille, duplicatePermille, slowPermille, slowest.toNanos() / 1_000));
    }

    /** A node loses power. */
    public void crash(int... nodes) {
        for (int node : nodes) {
            simulation.powerOff(simulation.node(address(node)), 0);
        }
    }

    /** A node boots again. */
    public void restart(int... nodes) {
        for (int node : nodes) {
            simulation.powerOn(simulation.node(address(node)));
        }
    }

    /** Whether a node has power. */
    public boolean isUp(int node) {
        return simulation.node(address(node)).isUp();
    }

    /** All nodes lose power. */
    public void crashAll() {
        IntStream.rangeClosed(1, size()).forEach(this::crash);
    }

    /** All nodes boot. */
    public void restartAll() {
        IntStream.rangeClosed(1, size()).forEach(this::restart);
    }

    /** A node stops running, or goes on. */
    public void setPaused(int node, boolean paused) {
        simulation.setPaused(simulation.node(address(node)), paused);
    }

    // ---- budgets --------------------------------------------------------------------------------------------------

    /** Number of requests sent so far. */
    public long requests() {
        return traffic.requests;
    }

    /** Bytes of requests and replies sent so far. */
    public long bytes() {
        return traffic.bytes;
    }

    /** Bytes that a node's storage holds in the {@code raft} keyspace. */
    public long raftStateBytes(int node) {
        return simulation.node(address(node)).currentImage().sizeBytes("raft");
    }

    // ---- judging --------------------------------------------------------------------------------------------------

    /** Demands that something holds; {@code expectation} says what, and why, as a clause. */
    public void expect(boolean holds, Property property, String expectation) {
        if (!holds) {
            throw new Violation(property, "Expected: " + expectation + ".");
        }
    }

    private String where() {
        StringBuilder where = new StringBuilder(watch.leader()
                .map(leader -> leader + " leads term " + watch.leaderTerm())
                .orElse("Nobody leads"));
        where.append("; committed up to index ").append(watch.committedIndex()).append("; applied:");
        members.forEach(member ->
                where.append(' ').append(member).append('=').append(watch.appliedBy(member)));
        return where.append('.').toString();
    }
}
