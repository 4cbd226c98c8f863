// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.raft.Proposal;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.Role;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.solutions.lab1.TinyCluster.Sent;
import io.multiraft.storage.Keys;
import io.multiraft.storage.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole groups on a tiny message pump; what single servers say is in {@link ReceiversTest}. */
class RaftNodeTest {

    // ---- elections and replication ---------------------------------------------------------------------------------

    @Test
    void aSingleServerElectsItselfAndCommitsAtOnce() {
        TinyCluster cluster = TinyCluster.booted(1);
        cluster.run(500);
        assertThat(propose(cluster, 1, "x")).isEqualTo(new Proposal.Accepted(1, 1));
        assertThat(cluster.state(1)).containsExactly("x");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7})
    void groupsOfAllSizesElectALeaderAndApplyWhatItAccepts(int size) {
        TinyCluster cluster = TinyCluster.booted(size);
        cluster.run(2000);
        propose(cluster, "a", "b", "c");
        cluster.run(100);
        for (int server = 1; server <= size; server++) {
            assertThat(cluster.state(server)).containsExactly("a", "b", "c");
            assertThat(cluster.raft(server).status().leader()).contains(TinyCluster.address(cluster.leader()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 7})
    void withoutAMajorityNothingIsCommitted(int size) {
        TinyCluster cluster = TinyCluster.booted(size);
        cluster.run(2000);
        int leader = cluster.leader();
        int others = Quorum.majority(size) - 2;
        IntStream.rangeClosed(1, size)
                .filter(server -> server != leader)
                .skip(others)
                .forEach(cluster::crash);
        propose(cluster, leader, "x");
        cluster.run(1000);
        assertThat(cluster.state(leader)).isEmpty();
    }

    @Test
    void aNewLeaderRepairsTheLogOfAnOldOne() {
        TinyCluster cluster = TinyCluster.booted(3);
        cluster.run(1000);
        int old = cluster.leader();
        propose(cluster, "shared");
        cluster.run(100);
        cluster.lose(request -> involves(request, old));
        propose(cluster, old, "lost 1", "lost 2", "lost 3");
        cluster.run(2000);
        int leader = old % 3 + 1;
        if (cluster.raft(leader).status().role() != Role.LEADER) {
            leader = leader % 3 + 1;
        }
        propose(cluster, leader, "kept");
        cluster.run(100);

        cluster.lose(request -> false);
        cluster.run(500);
        assertThat(cluster.leader()).isEqualTo(leader);
        for (int server = 1; server <= 3; server++) {
            assertThat(cluster.state(server)).containsExactly("shared", "kept");
        }
    }

    @Test
    void lostEntriesAreSentAgain() {
        TinyCluster cluster = TinyCluster.booted(3);
        cluster.run(1000);
        cluster.lose(RaftNodeTest::hasEntries);
        propose(cluster, "a", "b");
        cluster.run(30);
        cluster.lose(request -> false);
        cluster.run(200);
        assertThat(cluster.state(1)).containsExactly("a", "b");
        assertThat(cluster.state(2)).containsExactly("a", "b");
        assertThat(cluster.state(3)).containsExactly("a", "b");
    }

    @Test
    void followersLearnOfACommitWithinAHeartbeat() {
        TinyCluster cluster = TinyCluster.booted(3);
        cluster.run(1000);
        propose(cluster, "x");
        cluster.run(60);
        assertThat(cluster.state(cluster.follower())).containsExactly("x");
    }

    // ---- what proposals are refused --------------------------------------------------------------------------------

    @Test
    void onlyTheLeaderAcceptsCommandsAndTheOthersKnowIt() {
        TinyCluster cluster = TinyCluster.booted(3);
        cluster.run(1000);
        Proposal refused = propose(cluster, cluster.follower(), "x");
        assertThat(refused).isInstanceOf(Proposal.NotLeader.class);
        assertThat(((Proposal.NotLeader) refused).leaderHint()).contains(TinyCluster.address(cluster.leader()));
    }

    @Test
    void commandsThatAreEmptyOrTooLongAreRefused() {
        TinyCluster cluster = TinyCluster.booted(1);
        cluster.run(1000);
        int limit = RaftOptions.DEFAULT.maxCommandBytes();
        assertThat(propose(cluster, 1, "x".repeat(limit))).isInstanceOf(Proposal.Accepted.class);
        assertThat(propose(cluster, 1, "x".repeat(limit + 1))).isEqualTo(new Proposal.TooLarge(limit));
        assertThatThrownBy(() -> propose(cluster, 1, "")).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- what it costs ---------------------------------------------------------------------------------------------

    @Test
    void eachCommandTravelsOnceToEachFollower() {
        TinyCluster cluster = TinyCluster.booted(3);
        cluster.run(1000);
        for (int i = 0; i < 50; i++) {
            propose(cluster, "command " + i);
            cluster.run(i % 3);
        }
        cluster.run(200);
        assertThat(cluster.state(1)).hasSize(50);
        assertThat(entriesSent(cluster)).isEqualTo(100);
    }

    @Test
    void aDeadFollowerCostsHeartbeats() {
        TinyCluster cluster = TinyCluster.booted(3);
        cluster.run(1000);
        int dead = cluster.follower();
        cluster.crash(dead);
        String command = "x".repeat(10_000);
        for (int i = 0; i < 200; i++) {
            propose(cluster, command);
            cluster.run(10);
        }
        long bytes = cluster.sent.stream()
                .filter(request -> request.to().equals(TinyCluster.address(dead)))
                .mapToLong(request -> request.payload().size())
                .sum();
        assertThat(bytes).isLessThan(100_000);
        assertThat(cluster.state(cluster.leader())).hasSize(200);

        cluster.boot(dead);
        cluster.run(300);
        assertThat(cluster.state(dead)).hasSize(200);
    }

    @Test
    void messagesStayBelowTheirLimitAndALongCommandTravelsAlone() {
        TinyCluster cluster = new TinyCluster(3, RaftOptions.DEFAULT.withMaxPayloadBytes(1000));
        IntStream.rangeClosed(1, 3).forEach(cluster::boot);
        cluster.run(1000);
        int behind = cluster.follower();
        cluster.crash(behind);
        for (int i = 0; i < 20; i++) {
            propose(cluster, "x".repeat(300));
        }
        propose(cluster, "y".repeat(5000), "z");
        cluster.run(100);
        cluster.boot(behind);
        cluster.run(500);

        assertThat(cluster.state(behind)).hasSize(22);
        for (Sent request : cluster.sent) {
            if (hasEntries(request)) {
                int entries = entriesOf(request);
                assertThat(request.payload().size() < 1100 || entries == 1).isTrue();
            }
        }
    }

    // ---- restarts --------------------------------------------------------------------------------------------------

    @Test
    void aGroupGoesOnAfterALossOfPower() {
        TinyCluster cluster = TinyCluster.booted(3);
        cluster.run(1000);
        propose(cluster, "a", "b");
        cluster.run(100);
        List<RaftStatus> before = IntStream.rangeClosed(1, 3)
                .mapToObj(server -> cluster.raft(server).status())
                .toList();
        IntStream.rangeClosed(1, 3).forEach(cluster::crash);
        IntStream.rangeClosed(1, 3).forEach(cluster::boot);
        for (int server = 1; server <= 3; server++) {
            RaftStatus now = cluster.raft(server).status();
            assertThat(now.term()).isEqualTo(before.get(server - 1).term());
            assertThat(now.lastIndex()).isEqualTo(2);
            assertThat(now.role()).isEqualTo(Role.FOLLOWER);
            assertThat(now.lastApplied()).isEqualTo(now.commitIndex()).isLessThanOrEqualTo(2);
        }
        cluster.run(2000);
        propose(cluster, "c");
        cluster.run(100);
        for (int server = 1; server <= 3; server++) {
            assertThat(cluster.state(server)).containsExactly("a", "b", "c");
        }
    }

    @Test
    void aServerDoesNotBootWithoutPartOfWhatItPromised() {
        TinyCluster cluster = TinyCluster.booted(1);
        cluster.run(1000);
        propose(cluster, 1, "a", "b");
        cluster.crash(1);
        cluster.damage(
                1,
                WriteBatch.builder().delete("raft", Keys.ofText("currentTerm")).build());
        assertThatThrownBy(() -> cluster.boot(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStateThatIsAheadOfTheLogIsAnError() {
        TinyCluster cluster = TinyCluster.booted(1);
        cluster.damage(1, WriteBatch.put("data", Keys.ofText("appliedIndex"), Keys.ofLong(7)));
        cluster.crash(1);
        assertThatThrownBy(() -> cluster.boot(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("index 7");
    }

    // ---- compaction ------------------------------------------------------------------------------------------------

    @Test
    void aFollowerThatIsFarBehindGetsASnapshotAndThenEntries() {
        TinyCluster cluster = new TinyCluster(3, RaftOptions.DEFAULT.withMaxPayloadBytes(200));
        IntStream.rangeClosed(1, 3).forEach(cluster::boot);
        cluster.run(1000);
        int behind = cluster.follower();
        cluster.crash(behind);
        for (int i = 1; i <= 30; i++) {
            propose(cluster, "command " + i);
            cluster.run(10);
        }
        compact(cluster, cluster.leader(), 25);
        cluster.boot(behind);
        cluster.run(1000);

        assertThat(cluster.state(behind)).hasSize(30).endsWith("command 29", "command 30");
        assertThat(cluster.applied(behind)).hasSizeLessThanOrEqualTo(5);
        assertThat(cluster.raft(behind).status().firstIndex()).isGreaterThan(25);
        assertThat(chunksSent(cluster)).isGreaterThan(5);

        cluster.crash(behind);
        cluster.boot(behind);
        propose(cluster, "command 31");
        cluster.run(200);
        assertThat(cluster.state(behind)).hasSize(31);
    }

    @Test
    void aLostChunkIsSentAgain() {
        TinyCluster cluster = followerBehind(30, 200);
        int behind = cluster.follower();
        int[] chunks = {0};
        cluster.lose(request -> isChunk(request) && chunks[0]++ % 3 == 0);
        cluster.boot(behind);
        cluster.run(3000);
        assertThat(cluster.state(behind)).hasSize(30);
    }

    @Test
    void aFollowerThatDiesDuringASnapshotCostsHeartbeats() {
        TinyCluster cluster = followerBehind(60, 100);
        int behind = cluster.follower();
        cluster.boot(behind);
        cluster.run(55);
        cluster.crash(behind);
        long before = chunksSent(cluster);
        assertThat(before).isPositive();
        cluster.run(2000);
        assertThat(chunksSent(cluster)).isLessThanOrEqualTo(before + 1);
        cluster.boot(behind);
        cluster.run(1000);
        assertThat(cluster.state(behind)).hasSize(60);
    }

    @Test
    void aFollowerThatGetsASnapshotUnderLoadNeedsOneOnly() {
        TinyCluster cluster = followerBehind(60, 100);
        int behind = cluster.follower();
        cluster.boot(behind);
        compactUnderLoad(cluster, 10);
        cluster.run(1000);

        assertThat(cluster.state(behind)).isEqualTo(cluster.state(cluster.leader()));
        assertThat(snapshotsSent(cluster)).hasSize(1);
        compactAll(cluster);
        assertThat(logLength(cluster)).as("nobody needs it any more").isZero();
    }

    @Test
    void aLeaderKeepsTheLogForTheLivingOnly() {
        TinyCluster cluster = followerBehind(60, 100);
        int behind = cluster.follower();
        cluster.boot(behind);
        cluster.run(55);
        assertThat(snapshotsSent(cluster)).hasSize(1);
        cluster.crash(behind);
        cluster.run(2000);
        propose(cluster, "x");
        cluster.run(10);
        compactAll(cluster);
        assertThat(logLength(cluster)).isZero();
    }

    @Test
    void aLeaderKeepsNoMoreThanTheServiceWantedToDropEightTimes() {
        TinyCluster cluster = followerBehind(60, 100);
        cluster.boot(cluster.follower());
        cluster.lose(request -> isChunk(request) && chunksSent(cluster) > 3); // alive, but the snapshot gets no further
        List<Long> lengths = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            compactUnderLoad(cluster, 10);
            lengths.add(logLength(cluster));
        }
        // what is dropped then is what the follower needs next, so it will need another snapshot, and nothing else
        assertThat(lengths).containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 80L, 0L);
    }

    /** A group of three whose {@link TinyCluster#follower} is down and needs a snapshot of {@code entries} in many chunks. */
    private static TinyCluster followerBehind(int entries, int maxPayloadBytes) {
        TinyCluster cluster = new TinyCluster(3, RaftOptions.DEFAULT.withMaxPayloadBytes(maxPayloadBytes));
        IntStream.rangeClosed(1, 3).forEach(cluster::boot);
        cluster.run(1000);
        cluster.crash(cluster.follower());
        for (int i = 1; i <= entries; i++) {
            propose(cluster, "command " + i);
            cluster.run(10);
        }
        compact(cluster, cluster.leader(), entries);
        return cluster;
    }

    /** So many commands, while the service drops the log behind the last of them. */
    private static void compactUnderLoad(TinyCluster cluster, int commands) {
        for (int i = 1; i <= commands; i++) {
            propose(cluster, "more " + i);
            cluster.run(5);
        }
        compactAll(cluster);
    }

    /** The service lets go of all that its leader has applied. */
    private static void compactAll(TinyCluster cluster) {
        int leader = cluster.leader();
        compact(cluster, leader, cluster.raft(leader).status().lastApplied());
    }

    private static List<Long> snapshotsSent(TinyCluster cluster) {
        return cluster.sent.stream()
                .filter(RaftNodeTest::isChunk)
                .map(request ->
                        request.as(RaftServiceGrpc.getInstallSnapshotMethod()).getLastIncludedIndex())
                .distinct()
                .toList();
    }

    private static long logLength(TinyCluster cluster) {
        RaftStatus status = cluster.raft(cluster.leader()).status();
        return status.lastIndex() - status.firstIndex() + 1;
    }

    @Test
    void compactionIsDurableAndMayNotGoBeyondWhatIsApplied() {
        TinyCluster cluster = TinyCluster.booted(1);
        cluster.run(1000);
        propose(cluster, 1, "a", "b", "c");
        long before = cluster.disk(1).sizeBytes("raft");
        compact(cluster, 1, 2);
        compact(cluster, 1, 1);
        assertThat(cluster.raft(1).status().firstIndex()).isEqualTo(3);
        assertThat(cluster.disk(1).sizeBytes("raft")).isLessThan(before);
        assertThatThrownBy(() -> compact(cluster, 1, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only 3 is applied");
        cluster.crash(1);
        cluster.boot(1);
        cluster.run(1000);
        propose(cluster, 1, "d");
        assertThat(cluster.state(1)).containsExactly("a", "b", "c", "d");
    }

    // ---- calls back into Raft --------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aStateMachineMayProposeAndCompactFromWithinApply(int size) {
        TinyCluster cluster = TinyCluster.booted(size);
        cluster.duringApply((raft, index) -> {
            raft.compact(index);
            if (index < 10) {
                raft.propose(ByteString.copyFromUtf8("follow-up " + index));
            }
        });
        cluster.run(1000);
        propose(cluster, "first");
        cluster.run(500);
        for (int server = 1; server <= size; server++) {
            assertThat(cluster.state(server)).hasSize(10).startsWith("first", "follow-up 1");
            assertThat(cluster.raft(server).status().firstIndex()).isEqualTo(11);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aListenerHearsOfEveryRoleAndMayProposeAsLeader(int size) {
        TinyCluster cluster = new TinyCluster(size, RaftOptions.DEFAULT);
        List<Role> roles = new ArrayList<>();
        cluster.onRole((raft, role) -> {
            roles.add(role);
            assertThat(raft.status().role()).isEqualTo(role);
            if (role == Role.LEADER) {
                assertThat(raft.propose(ByteString.copyFromUtf8("hello"))).isInstanceOf(Proposal.Accepted.class);
            }
        });
        IntStream.rangeClosed(1, size).forEach(cluster::boot);
        cluster.run(1000);
        assertThat(cluster.state(cluster.leader())).containsExactly("hello");
        assertThat(roles).startsWith(Role.CANDIDATE).contains(Role.LEADER);
    }

    // ---- helpers ---------------------------------------------------------------------------------------------------

    private static void propose(TinyCluster cluster, String first, String... more) {
        propose(cluster, cluster.leader(), first);
        for (String command : more) {
            propose(cluster, cluster.leader(), command);
        }
    }

    private static void propose(TinyCluster cluster, int server, String first, String second, String... more) {
        propose(cluster, server, first);
        propose(cluster, server, second);
        for (String command : more) {
            propose(cluster, server, command);
        }
    }

    private static Proposal propose(TinyCluster cluster, int server, String command) {
        return cluster.on(server, raft -> raft.propose(ByteString.copyFromUtf8(command)));
    }

    private static void compact(TinyCluster cluster, int server, long index) {
        cluster.on(server, (Raft raft) -> {
            raft.compact(index);
            return index;
        });
    }

    private static boolean involves(Sent request, int server) {
        return request.from().equals(TinyCluster.address(server))
                || request.to().equals(TinyCluster.address(server));
    }

    private static int entriesOf(Sent request) {
        return request.is(RaftServiceGrpc.getAppendEntriesMethod())
                ? request.as(RaftServiceGrpc.getAppendEntriesMethod()).getEntriesCount()
                : 0;
    }

    private static boolean hasEntries(Sent request) {
        return entriesOf(request) > 0;
    }

    private static boolean isChunk(Sent request) {
        return request.is(RaftServiceGrpc.getInstallSnapshotMethod());
    }

    private static long entriesSent(TinyCluster cluster) {
        return cluster.sent.stream().mapToLong(RaftNodeTest::entriesOf).sum();
    }

    private static long chunksSent(TinyCluster cluster) {
        return cluster.sent.stream().filter(RaftNodeTest::isChunk).count();
    }
}
