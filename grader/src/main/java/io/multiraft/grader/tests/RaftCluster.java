// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.RaftOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A group of Raft nodes that a scenario drives by hand; commands are proposed to them directly. */
public final class RaftCluster extends ServerGroup {
    private final RaftFactory factory;
    private final long compactEvery;

    private int commands;

    RaftCluster(
            RaftFactory factory, long seed, int size, NetworkModel network, long compactEvery, boolean restartsJudged) {
        super(seed, size, network, restartsJudged);
        this.factory = factory;
        this.compactEvery = compactEvery;
    }

    /** Boots the servers. */
    void boot() {
        RaftConfig config = new RaftConfig(members, RaftOptions.DEFAULT);
        members.forEach(member -> simulation.addNode(member, RaftHarness.boot(factory, config, compactEvery)));
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

    /** Proposes {@code count} commands of {@code bytes} to one node at once; returns where they were accepted. */
    public List<RaftHarness.Accepted> burst(int node, int count, int bytes) {
        List<RaftHarness.Accepted> accepted = new ArrayList<>();
        List<ByteString> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            simulation.submit(address(node), RaftHarness.PROPOSE, command(bytes), result -> {
                answers.add(result);
                RaftHarness.outcome(result).ifPresent(accepted::add);
            });
        }
        await(Duration.ofSeconds(1), () -> answers.size() == count);
        return accepted;
    }

    /**
     * Proposes a command to every node that has power, without waiting.
     *
     * @return the nodes that have accepted theirs as leaders; fills as time passes
     */
    public Set<Integer> proposeEverywhere() {
        Set<Integer> accepted = new TreeSet<>();
        for (int node = 1; node <= size(); node++) {
            int each = node;
            simulation.submit(
                    address(node),
                    RaftHarness.PROPOSE,
                    command(10),
                    result -> RaftHarness.outcome(result).ifPresent(place -> accepted.add(each)));
        }
        return accepted;
    }

    private ByteString command(int bytes) {
        String name = "command " + ++commands + " ";
        return ByteString.copyFromUtf8(name + "x".repeat(Math.max(0, bytes - name.length())));
    }

    /**
     * Gets one command committed, trying every reachable node until one accepts it, and waits until {@code nodes} nodes have
     * applied it.
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
        int next = leader().orElse(1);
        while (simulation.nowMicros() < deadline) {
            next = reachable().contains(next) ? next : nextReachable(next);
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
            int tried = next;
            next = leader().filter(leader -> leader != tried).orElse(nextReachable(tried));
        }
        throw new Violation(
                Property.LIVENESS,
                "A command did not come through within " + PATIENCE_MICROS / 1_000_000 + " s: " + nodes
                        + " nodes should have applied it. " + where());
    }

    private int nextReachable(int node) {
        int next = after(node);
        while (!reachable().contains(next) && next != node) {
            next = after(next);
        }
        return next;
    }

    /** Whether the command applied at {@code index} is a client's: not a leader's own, which is empty. */
    public boolean isCommand(long index) {
        return !commandAt(index).isEmpty();
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
}
