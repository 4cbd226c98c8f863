// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.ReadIndex;
import io.multiraft.raft.Role;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.solutions.lab1.TinyCluster.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads without log writes (dissertation, section 6.4), by one server whose peers the test plays, and by whole groups. */
class ReadIndexTest {
    private final TinyCluster cluster = new TinyCluster(3, RaftOptions.DEFAULT);
    private final List<ReadIndex> answers = new ArrayList<>();

    // ---- one server, n1 --------------------------------------------------------------------------------------------

    @Test
    void aNewLeaderWaitsUntilAnEntryOfItsOwnTermIsCommitted() {
        cluster.boot(1);
        appendOf(1, 2); // n2 has committed something in term 1, of which n1 does not know
        lead();
        read();
        assertThat(cluster.raft(1).status().lastIndex()).isEqualTo(2); // an entry of its own
        confirm(lastTo(3)); // holds the first entry, and now gets the second
        assertThat(cluster.raft(1).status().commitIndex()).isZero();
        confirm(lastTo(3));
        assertThat(cluster.raft(1).status().commitIndex()).isEqualTo(2);
        assertThat(answers).isEmpty();
        confirm(lastTo(3));
        assertThat(answers).containsExactly(new ReadIndex.Ready(2));
        assertThat(cluster.state(1)).containsExactly("t1", "");
    }

    @Test
    void answersToWhatWasSentBeforeTheReadProveNothing() {
        leadWithACommittedEntry();
        cluster.run(60); // a heartbeat leaves
        Sent before = lastTo(3);
        read();
        confirm(before);
        confirm(lastTo(2, before));
        assertThat(answers).isEmpty();
        confirm(lastTo(3));
        assertThat(answers).containsExactly(new ReadIndex.Ready(1));
    }

    @Test
    void aRefusalOfTheSameTermProvesLeadershipAsWell() {
        leadWithACommittedEntry();
        read();
        cluster.answer(lastTo(3), Results.ofConflict(cluster.raft(1).status().term(), 0, 1));
        assertThat(answers).containsExactly(new ReadIndex.Ready(1));
    }

    @Test
    void readsThatArriveDuringARoundShareTheNextOne() {
        leadWithACommittedEntry();
        int before = cluster.sent.size();
        read();
        Sent first = lastTo(3);
        read();
        read();
        assertThat(cluster.sent).hasSize(before + 2);
        confirm(first);
        assertThat(answers).hasSize(1);
        assertThat(cluster.sent).hasSize(before + 4);
        confirm(lastTo(3));
        assertThat(answers).hasSize(3);
        assertThat(cluster.sent).hasSize(before + 4);
    }

    @Test
    void aLostRoundIsMadeUpForByTheNextHeartbeat() {
        leadWithACommittedEntry();
        cluster.lose(request -> true);
        read();
        Sent lost = lastTo(3);
        cluster.run(60);
        assertThat(lastTo(3)).isNotEqualTo(lost);
        confirm(lastTo(3));
        assertThat(answers).hasSize(1);
    }

    @Test
    void whoLosesItsLeadershipSaysSo() {
        leadWithACommittedEntry();
        read();
        read();
        cluster.answer(lastTo(3), Results.ofEntries(1_000, false));
        assertThat(answers)
                .containsExactly(new ReadIndex.NotLeader(Optional.empty()), new ReadIndex.NotLeader(Optional.empty()));
        read();
        assertThat(answers).hasSize(3);
    }

    @Test
    void aFollowerNamesItsLeader() {
        cluster.boot(1);
        appendOf(1, 2);
        read();
        assertThat(answers).containsExactly(new ReadIndex.NotLeader(Optional.of(TinyCluster.address(2))));
    }

    // ---- whole groups ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void readsLeaveNoTraceInTheLog(int size) {
        TinyCluster group = TinyCluster.booted(size);
        group.run(2000);
        int leader = group.leader();
        group.on(leader, raft -> raft.propose(ByteString.copyFromUtf8("x")));
        group.run(100);
        for (int i = 0; i < 10; i++) {
            group.on(leader, raft -> {
                raft.readIndex(answers::add);
                return raft;
            });
            group.run(10);
        }
        assertThat(answers).hasSize(10).containsOnly(new ReadIndex.Ready(1));
        assertThat(group.raft(leader).status().lastIndex()).isEqualTo(1);
    }

    @Test
    void aLeaderWithoutAMajorityConfirmsNothing() {
        TinyCluster group = TinyCluster.booted(3);
        group.run(2000);
        int leader = group.leader();
        group.lose(request -> request.from().equals(TinyCluster.address(leader))
                || request.to().equals(TinyCluster.address(leader)));
        group.on(leader, raft -> {
            raft.readIndex(answers::add);
            return raft;
        });
        group.run(3000);
        assertThat(answers).isEmpty();
        group.lose(request -> false);
        group.run(1000);
        assertThat(answers).singleElement().isInstanceOf(ReadIndex.NotLeader.class);
    }

    // ---- speaking --------------------------------------------------------------------------------------------------

    private void read() {
        cluster.on(1, raft -> {
            raft.readIndex(answers::add);
            return raft;
        });
    }

    private void leadWithACommittedEntry() {
        cluster.boot(1);
        lead();
        cluster.on(1, raft -> raft.propose(ByteString.copyFromUtf8("x")));
        confirm(lastTo(3));
        assertThat(cluster.raft(1).status().commitIndex()).isEqualTo(1);
    }

    private void lead() {
        cluster.run(500);
        Sent request = cluster.sent.get(cluster.sent.size() - 1);
        long term = request.as(RaftServiceGrpc.getRequestVoteMethod()).getTerm();
        cluster.answer(request, Results.ofVote(term, true));
        assertThat(cluster.raft(1).status().role()).isEqualTo(Role.LEADER);
    }

    /** {@code leader} sends n1 its first entry. */
    private void appendOf(long term, int leader) {
        AppendEntriesRequest request = AppendEntriesRequest.newBuilder()
                .setTerm(term)
                .setLeader("n" + leader)
                .addEntries(LogEntry.newBuilder().setTerm(term).setCommand(ByteString.copyFromUtf8("t" + term)))
                .build();
        assertThat(cluster.ask(1, RaftServiceGrpc.getAppendEntriesMethod(), request)
                        .getSuccess())
                .isTrue();
    }

    private void confirm(Sent request) {
        long term = request.as(RaftServiceGrpc.getAppendEntriesMethod()).getTerm();
        cluster.answer(request, Results.ofEntries(term, true));
    }

    private Sent lastTo(int peer) {
        List<Sent> sent = cluster.sent.stream()
                .filter(request -> request.is(RaftServiceGrpc.getAppendEntriesMethod()))
                .filter(request -> request.to().equals(TinyCluster.address(peer)))
                .toList();
        return sent.get(sent.size() - 1);
    }

    /** What {@code peer} was sent together with {@code other}, to another one. */
    private Sent lastTo(int peer, Sent other) {
        return cluster.sent.stream()
                .filter(request -> request.to().equals(TinyCluster.address(peer)))
                .filter(request -> Math.abs(request.callId() - other.callId()) == 1)
                .findFirst()
                .orElseThrow();
    }
}
