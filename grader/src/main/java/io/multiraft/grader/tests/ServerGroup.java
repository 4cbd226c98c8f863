// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.check.raft.RaftWatch;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.PartObserver;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.node.Address;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A group of servers with a Raft each, that a scenario drives by hand, in virtual time. All oracles of Raft watch it. Servers
 * are named by their number, from 1.
 */
public abstract class ServerGroup {
    /** A new leader must be there after this time, and a command must come through. */
    static final long PATIENCE_MICROS = 10_000_000;

    /** A leader that was not challenged for this time is taken to have won; no heartbeat interval is longer. */
    private static final Duration STABLE = Duration.ofMillis(100);

    final Simulation simulation;
    final RaftWatch watch;
    final List<Address> members;
    private final RaftTraffic traffic = new RaftTraffic();
    private final SimRandom luck;
    /** How often each node is isolated; a node that hears nothing counts as isolated. */
    private final Map<Integer, Integer> isolated = new HashMap<>();

    ServerGroup(long seed, int size, NetworkModel network, boolean restartsJudged) {
        this.simulation = new Simulation(seed, network, DiskModel.FAST);
        this.luck = SimRandom.of(seed, 0x53434E);
        this.members =
                IntStream.rangeClosed(1, size).mapToObj(RaftHarness::address).toList();
        this.watch = new RaftWatch(simulation, size, restartsJudged);
        simulation.addObserver(watch);
        simulation.addObserver(traffic);
    }

    /** A group among others in {@code simulation}, watched by {@code watch} already. */
    ServerGroup(Simulation simulation, List<Address> members, RaftWatch watch, SimRandom luck) {
        this.simulation = simulation;
        this.members = members;
        this.watch = watch;
        this.luck = luck;
        simulation.addObserver(new PartObserver(members, traffic));
    }

    final Simulation simulation() {
        return simulation;
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

    /** Lets virtual time pass until {@code reached}, at most {@code limit}; says whether it was reached. */
    public boolean await(Duration limit, BooleanSupplier reached) {
        return simulation.runUntil(simulation.nowMicros() + limit.toNanos() / 1_000, reached);
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

    /** The nodes that are up, run and are not isolated. */
    public List<Integer> reachable() {
        return IntStream.rangeClosed(1, size())
                .filter(node -> simulation.node(address(node)).isRunning() && isolated.getOrDefault(node, 0) == 0)
                .boxed()
                .toList();
    }

    /**
     * Waits until one of the reachable nodes has led for a while, in the newest term that they know, without anybody of them
     * standing against it. For at least two nodes: a leader without followers is not heard of.
     *
     * @return its number
     */
    public int awaitLeader() {
        long deadline = simulation.nowMicros() + PATIENCE_MICROS;
        while (simulation.nowMicros() < deadline) {
            Optional<Integer> before = leader();
            long term = before.map(this::ledTerm).orElse(0L);
            run(STABLE);
            Optional<Integer> leader = leader();
            if (leader.isPresent() && leader.equals(before) && ledTerm(leader.get()) == term) {
                return leader.get();
            }
        }
        throw new Violation(
                Property.LIVENESS,
                "Within " + PATIENCE_MICROS / 1_000_000 + " s nobody became and stayed leader although "
                        + names(reachable())
                        + " of " + size() + " nodes can talk to each other; the highest term is " + watch.highestTerm()
                        + ".");
    }

    /** The reachable node that leads the newest term of the reachable nodes, if it was heard of lately. */
    final Optional<Integer> leader() {
        long newest = newestTerm();
        return reachable().stream()
                .filter(node -> newest > 0
                        && ledTerm(node) == newest
                        && traffic.of(address(node)).ledMicros >= simulation.nowMicros() - STABLE.toNanos() / 1_000)
                .findFirst();
    }

    private long newestTerm() {
        return reachable().stream()
                .mapToLong(node -> traffic.of(address(node)).newestTerm)
                .max()
                .orElse(0);
    }

    /** Highest term that {@code node} has led; 0 if it never led. */
    public long ledTerm(int node) {
        return traffic.of(address(node)).ledTerm;
    }

    /** Waits for a leader of the reachable nodes; then, for {@code time}, it leads on and all of them follow it. */
    public void termStays(Duration time, String why) {
        int leader = awaitLeader();
        long term = ledTerm(leader);
        run(time);
        expect(
                newestTerm() == term,
                Property.LIVENESS,
                address(leader) + " leads on in term " + term + " and nobody stands against it, because " + why
                        + ", but a server stands or leads in term " + newestTerm());
        expect(
                leader().isPresent(),
                Property.LIVENESS,
                address(leader) + ", which leads term " + term + ", sends heartbeats without a pause");
        for (int node : reachable()) {
            long answered = traffic.of(address(node)).answeredTerm;
            expect(
                    node == leader || answered == term,
                    Property.LIVENESS,
                    address(node) + " follows " + address(leader) + ", which leads term " + term
                            + ", but it does not answer in that term (last: " + answered + ")");
        }
    }

    private String names(Collection<Integer> nodes) {
        return nodes.stream().map(node -> address(node).text()).collect(Collectors.joining(", "));
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

    /** All nodes but {@code nodes}. */
    public int[] others(int... nodes) {
        return IntStream.rangeClosed(1, size())
                .filter(node -> IntStream.of(nodes).noneMatch(each -> each == node))
                .toArray();
    }

    final Address address(int node) {
        return members.get(node - 1);
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
        boolean same = simulation.runUntil(simulation.nowMicros() + PATIENCE_MICROS, this::isSameState);
        expect(same, Property.LIVENESS, "all nodes apply what is committed, once they are reachable. " + where());
    }

    /** Whether all nodes that run have applied everything that is committed. */
    final boolean isSameState() {
        return members.stream()
                .filter(member -> simulation.node(member).isRunning())
                .allMatch(member -> watch.appliedBy(member) >= watch.committedIndex());
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
            isolated.merge(node, 1, Integer::sum);
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
            isolated.merge(node, -1, Integer::sum);
            for (Address other : members) {
                if (!other.equals(address(node))) {
                    simulation.mend(address(node), other);
                    simulation.mend(other, address(node));
                }
            }
        }
    }

    /** Nobody hears a node any more, but it hears the others. */
    public void mute(int node) {
        for (int other : others(node)) {
            cut(node, other);
        }
    }

    /** A node hears nobody any more, but the others hear it. */
    public void deafen(int node) {
        isolated.merge(node, 1, Integer::sum);
        for (int other : others(node)) {
            cut(other, node);
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
        isolated.clear();
        simulation.healAll();
    }

    /** The network works again; nodes that are down stay down. */
    public void healNetwork() {
        isolated.clear();
        simulation.healNetwork();
    }

    /** The network loses, repeats and reorders from now on, or stops doing so. */
    public void setNoise(int lossPermille, int duplicatePermille, int slowPermille, Duration slowest) {
        simulation.setNoise(
                new Fault.Noise(0, 0, lossPermille, duplicatePermille, slowPermille, slowest.toNanos() / 1_000));
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

    /** A node's clock runs at another speed from now on; 1000 permille is right. */
    public void setClockRate(int node, int permille) {
        simulation.setClockRate(simulation.node(address(node)), permille);
    }

    /** Each sync of a node's disk takes that long from now on; zero: as usual. */
    public void slowDisk(int node, Duration sync) {
        simulation.setSyncTime(simulation.node(address(node)), sync.toNanos() / 1_000);
    }

    // ---- budgets --------------------------------------------------------------------------------------------------

    /** Number of requests sent so far. */
    public long requests() {
        return traffic.requests();
    }

    /** Bytes of requests and replies sent so far. */
    public long bytes() {
        return traffic.bytes();
    }

    /** Number of requests sent to {@code node} so far, lost ones included. */
    public long requestsTo(int node) {
        return traffic.of(address(node)).requestsTo;
    }

    /** Bytes of the requests sent to {@code node} so far, lost ones included. */
    public long bytesTo(int node) {
        return traffic.of(address(node)).bytesTo;
    }

    /** How often {@code node} answered a leader of its own term that its log does not match. */
    public long rejectionsBy(int node) {
        return traffic.of(address(node)).rejections;
    }

    /** Whether all those answers said where to try next. */
    public boolean givesHints(int node) {
        return traffic.of(address(node)).withoutHint == 0;
    }

    /** Number of InstallSnapshot requests sent to {@code node} so far that were not the only one of their snapshot. */
    public long chunksTo(int node) {
        return traffic.of(address(node)).chunksTo;
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

    final String where() {
        StringBuilder where =
                new StringBuilder(leader().map(leader -> address(leader) + " leads term " + ledTerm(leader))
                        .orElse("Nobody leads"));
        where.append("; reachable: ").append(names(reachable()));
        where.append("; committed up to index ").append(watch.committedIndex()).append("; applied:");
        members.forEach(member -> where.append(' ').append(member).append('=').append(watch.appliedBy(member)));
        return where.append('.').toString();
    }
}
