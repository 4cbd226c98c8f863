// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The laws of the simulated world, shown with tiny nodes. */
class SimulationTest {
    private static final Address LEFT = new Address("left");
    private static final Address RIGHT = new Address("right");
    private static final ByteString KEY = Keys.ofText("key");

    /** Counts up in its storage and tells its peer each time. */
    private static final class Counter implements Node {
        private final Address peer;
        private final Durability durability;
        private final boolean early;
        private final List<String> log;

        Counter(Address peer, Durability durability, boolean early, List<String> log) {
            this.peer = peer;
            this.durability = durability;
            this.early = early;
            this.log = log;
        }

        @Override
        public void start(NodeContext context, Services services) {
            services.handle(RaftServiceGrpc.getRequestVoteMethod(), request -> {
                log.add(context.self() + " got " + request.getTerm());
                return RequestVoteReply.newBuilder().setTerm(request.getTerm()).build();
            });
            log.add(context.self() + " boots with " + stored(context));
            context.setTimer("count", Duration.ofMillis(10), () -> count(context));
        }

        private void count(NodeContext context) {
            long next = stored(context) + 1;
            context.storage().write(durability, WriteBatch.put("data", KEY, Keys.ofLong(next)));
            CallOptions options = early ? CallOptions.DEFAULT.sentEarly() : CallOptions.DEFAULT;
            context.call(
                    peer,
                    RaftServiceGrpc.getRequestVoteMethod(),
                    RequestVoteRequest.newBuilder().setTerm(next).build(),
                    options,
                    reply -> log.add(context.self() + " heard " + reply.getTerm()));
            context.setTimer("count", Duration.ofMillis(10), () -> count(context));
        }

        private static long stored(NodeContext context) {
            return context.storage()
                    .get("data", KEY)
                    .map(bytes -> Keys.toLong(bytes, 0))
                    .orElse(0L);
        }
    }

    private static final DiskModel MILLISECOND = new DiskModel(1_000, 1_000);

    private static Simulation pair(long seed, Durability durability, boolean early, List<String> log) {
        Simulation simulation = new Simulation(seed, NetworkModel.RELIABLE, MILLISECOND);
        simulation.addNode(LEFT, boot(RIGHT, durability, early, log));
        simulation.addNode(
                RIGHT,
                report -> (context, services) -> services.handle(RaftServiceGrpc.getRequestVoteMethod(), request -> {
                    log.add("right got " + request.getTerm());
                    return RequestVoteReply.newBuilder()
                            .setTerm(request.getTerm())
                            .build();
                }));
        return simulation;
    }

    private static NodeRuntime.Boot boot(Address peer, Durability durability, boolean early, List<String> log) {
        return report -> new Counter(peer, durability, early, log);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Set<Long> hashes = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            Simulation simulation = pair(7, Durability.DURABLE, false, new ArrayList<>());
            simulation.runUntil(1_000_000);
            hashes.add(simulation.traceHash());
        }
        assertThat(hashes).hasSize(1);
        Simulation other = pair(8, Durability.DURABLE, false, new ArrayList<>());
        other.runUntil(1_000_000);
        assertThat(hashes).doesNotContain(other.traceHash());
    }

    @Test
    void nothingLeavesBeforeItsWritesAreDurable() {
        List<String> log = new ArrayList<>();
        Simulation simulation = pair(1, Durability.DURABLE, false, log);
        simulation.runUntil(10_500); // in the middle of the first sync
        simulation.powerOff(simulation.node(LEFT), 0);
        simulation.powerOn(simulation.node(LEFT));
        simulation.runUntil(19_000);
        assertThat(log).containsExactly("left boots with 0", "left boots with 0");
    }

    @Test
    void anEarlyCallOvertakesTheDisk() {
        List<String> log = new ArrayList<>();
        Simulation simulation = pair(1, Durability.DURABLE, true, log);
        simulation.runUntil(10_500);
        simulation.powerOff(simulation.node(LEFT), 0);
        simulation.powerOn(simulation.node(LEFT));
        simulation.runUntil(19_000);
        assertThat(log).containsExactly("left boots with 0", "left boots with 0", "right got 1");
    }

    @Test
    void aBatchThatWasBeingSyncedMaySurviveAlthoughNothingOfItLeft() {
        List<String> log = new ArrayList<>();
        Simulation simulation = pair(1, Durability.DURABLE, false, log);
        simulation.runUntil(10_500);
        simulation.powerOff(simulation.node(LEFT), 1000);
        simulation.powerOn(simulation.node(LEFT));
        assertThat(log).containsExactly("left boots with 0", "left boots with 1");
    }

    @Test
    void whatANodeReportsIsSeenIfItsDiskWillRememberIt() {
        assertThat(reportsUntilCrash(1000)).containsExactly("counted 1", "crash");
        assertThat(reportsUntilCrash(999)).containsExactly("crash");
    }

    /** What observers see of a node that crashes in the middle of its first sync. */
    private static List<String> reportsUntilCrash(int keepPermille) {
        List<String> seen = new ArrayList<>();
        Simulation simulation = new Simulation(1, NetworkModel.RELIABLE, MILLISECOND);
        simulation.addObserver(new Observer() {
            @Override
            public void onEffect(SimNode node, NodeEffect effect) {
                if (effect instanceof NodeEffect.Report report) {
                    seen.add(report.kind() + " " + report.number());
                }
            }

            @Override
            public void onCrash(SimNode node) {
                seen.add("crash");
            }
        });
        simulation.addNode(LEFT, report -> (context, services) -> {
            context.storage().write(Durability.DURABLE, WriteBatch.put("data", KEY, Keys.ofLong(1)));
            report.accept(new NodeEffect.Report("counted", 1, ByteString.EMPTY));
        });
        simulation.runUntil(500);
        simulation.powerOff(simulation.node(LEFT), keepPermille);
        return seen;
    }

    @Test
    void relaxedWritesAreNotWaitedForAndReachTheDiskByThemselves() {
        List<String> log = new ArrayList<>();
        Simulation simulation = pair(1, Durability.RELAXED, false, log);
        simulation.runUntil(14_000);
        assertThat(log).contains("right got 1");
        simulation.powerOff(simulation.node(LEFT), 0);
        simulation.powerOn(simulation.node(LEFT));
        assertThat(log).endsWith("left boots with 0");
        simulation.runUntil(36_000);
        simulation.powerOff(simulation.node(LEFT), 0);
        simulation.powerOn(simulation.node(LEFT));
        assertThat(log).endsWith("left boots with 1");
    }

    @Test
    void aCutLosesWhatIsSentAndWhatIsOnItsWay() {
        List<String> log = new ArrayList<>();
        Simulation simulation = pair(1, Durability.RELAXED, false, log);
        simulation.at(10_100, () -> simulation.cut(LEFT, RIGHT));
        simulation.at(25_000, () -> simulation.mend(LEFT, RIGHT));
        simulation.runUntil(35_000);
        assertThat(log).doesNotContain("right got 1", "right got 2").contains("right got 3");
    }

    @Test
    void aPausedNodeHandlesLaterWhatCameMeanwhile() {
        List<String> log = new ArrayList<>();
        Simulation simulation = pair(1, Durability.RELAXED, false, log);
        simulation.setPaused(simulation.node(RIGHT), true);
        simulation.runUntil(45_000);
        assertThat(log).noneMatch(line -> line.startsWith("right"));
        simulation.setPaused(simulation.node(RIGHT), false);
        assertThat(log)
                .containsExactly("left boots with 0", "right got 1", "right got 2", "right got 3", "right got 4");
    }

    @Test
    void aHeldMessageArrivesLateAndADuplicatedOneTwice() {
        List<String> log = new ArrayList<>();
        Simulation simulation = pair(1, Durability.RELAXED, false, log);
        List<Fault> faults = List.of(
                new Fault.Hold(0, 15_000, List.of("left"), List.of("right"), "RequestVote", false, 1, 50_000),
                new Fault.Duplicate(15_000, 10_000, List.of("left"), List.of("all"), "RequestVote", false, 1, 1_000));
        simulation.faults().plan(new Schedule(1, 2, 1_000_000, NetworkModel.RELIABLE, MILLISECOND, faults, Map.of()));
        simulation.runUntil(29_000);
        assertThat(log).filteredOn(line -> line.startsWith("right")).containsExactly("right got 2", "right got 2");
        simulation.runUntil(65_000);
        assertThat(log).contains("right got 1");
    }

    @Test
    void aFaultCanWaitForAMoment() {
        Simulation simulation = pair(1, Durability.RELAXED, false, new ArrayList<>());
        Fault.When when = new Fault.When(1_000, 50_000, "moment", 1, new Fault.Crash(0, 20_000, List.of("subject"), 0));
        simulation
                .faults()
                .plan(new Schedule(1, 2, 1_000_000, NetworkModel.RELIABLE, MILLISECOND, List.of(when), Map.of()));
        simulation.runUntil(2_000);
        simulation.faults().announce("moment", LEFT);
        assertThat(simulation.node(LEFT).isUp()).isTrue();
        simulation.faults().announce("moment", LEFT);
        assertThat(simulation.node(LEFT).isUp()).isFalse();
        simulation.runUntil(30_000);
        assertThat(simulation.node(LEFT).isUp()).isTrue();
        assertThat(simulation.node(LEFT).incarnation()).isEqualTo(2);
    }

    @Test
    void aRunThatNeverStopsSendingIsStopped() {
        Simulation simulation = new Simulation(1, NetworkModel.RELIABLE, MILLISECOND);
        simulation.addNode(LEFT, report -> (context, services) -> loop(context));
        assertThatThrownBy(() -> simulation.runUntil(10_000_000)).isInstanceOf(BudgetExceeded.class);
    }

    private static void loop(NodeContext context) {
        context.setTimer("again", Duration.ZERO, () -> loop(context));
    }

    @Test
    void aNodeThatThrowsIsNamed() {
        Simulation simulation = new Simulation(1, NetworkModel.RELIABLE, MILLISECOND);
        assertThatThrownBy(() -> simulation.addNode(LEFT, report -> (context, services) -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(NodeFailure.class)
                .hasMessageContaining("left")
                .hasMessageContaining("no");
    }
}
