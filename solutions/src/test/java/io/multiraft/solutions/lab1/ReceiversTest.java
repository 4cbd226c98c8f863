// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.Role;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.raft.rpc.SnapshotRecord;
import io.multiraft.solutions.lab1.TinyCluster.Sent;
import io.multiraft.storage.Keys;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One server, {@code n1}; the test plays {@code n2} and {@code n3}, and speaks for each of them. */
class ReceiversTest {
    private final TinyCluster cluster = new TinyCluster(3, RaftOptions.DEFAULT);

    @BeforeEach
    void boot() {
        cluster.boot(1);
    }

    // ---- RequestVote -----------------------------------------------------------------------------------------------

    @Test
    void aVoteIsGivenOnceInATermAndAgainToTheSameCandidateOnly() {
        assertThat(askVote(2, 5, 0, 0).getVoteGranted()).isTrue();
        assertThat(askVote(3, 5, 0, 0).getVoteGranted()).isFalse();
        assertThat(askVote(2, 5, 0, 0).getVoteGranted()).isTrue();
        assertThat(askVote(3, 6, 0, 0).getVoteGranted()).isTrue();
        assertThat(askVote(2, 5, 0, 0)).isEqualTo(Results.ofVote(6, false));
    }

    @Test
    void aVoteSurvivesARestart() {
        askVote(2, 300, 0, 0);
        restart();
        assertThat(askVote(3, 300, 0, 0)).isEqualTo(Results.ofVote(300, false));
        assertThat(askVote(2, 300, 0, 0).getVoteGranted()).isTrue();
    }

    @Test
    void onlyACandidateWithAGoodLogGetsAVote() {
        append(2, 2, 0, 0, 0, 1, 1, 2);
        assertThat(askVote(3, 3, 2, 2).getVoteGranted()).isFalse();
        assertThat(askVote(3, 3, 9, 1).getVoteGranted()).isFalse();
        assertThat(askVote(3, 3, 3, 2).getVoteGranted()).isTrue();
        assertThat(askVote(3, 4, 1, 3).getVoteGranted()).isTrue();
    }

    @Test
    void aRefusedCandidateDoesNotPostponeTheElection() {
        append(2, 2, 0, 0, 0, 1, 1, 2);
        for (int i = 0; i < 8; i++) {
            cluster.run(50);
            askVote(3, cluster.raft(1).status().term(), 0, 0);
        }
        assertThat(cluster.raft(1).status().role()).isEqualTo(Role.CANDIDATE);
    }

    // ---- AppendEntries ---------------------------------------------------------------------------------------------

    @Test
    void aLateRequestRemovesNothing() {
        append(2, 1, 0, 0, 0, 1, 1, 1);
        assertThat(append(2, 1, 0, 0, 0, 1).getSuccess()).isTrue();
        assertThat(append(2, 1, 1, 1, 0).getSuccess()).isTrue();
        assertThat(cluster.raft(1).status().lastIndex()).isEqualTo(3);
    }

    @Test
    void aConflictRemovesTheEntryAndAllBehindIt() {
        append(2, 1, 0, 0, 0, 1, 1, 1, 1);
        append(3, 2, 1, 1, 0, 2);
        assertThat(cluster.raft(1).status().lastIndex()).isEqualTo(2);
        restart();
        assertThat(cluster.raft(1).status().lastIndex()).isEqualTo(2);
        assertThat(append(3, 2, 2, 2, 0).getSuccess()).isTrue();
    }

    @Test
    void nothingIsCommittedBeyondWhatARequestShowsToAgree() {
        append(2, 1, 0, 0, 0, 1, 1, 1);
        append(3, 2, 1, 1, 3);
        assertThat(cluster.raft(1).status().commitIndex()).isEqualTo(1);
        append(3, 2, 1, 1, 3, 2);
        assertThat(cluster.raft(1).status().commitIndex()).isEqualTo(2);
        assertThat(cluster.state(1)).hasSize(2);
    }

    @Test
    void aRefusalTellsWhereTheConflictingTermBeginsOrTheLogEnds() {
        append(2, 4, 0, 0, 0, 1, 2, 2, 2, 4);
        assertThat(append(3, 5, 4, 3, 0)).isEqualTo(Results.ofConflict(5, 2, 2));
        assertThat(append(3, 5, 9, 5, 0)).isEqualTo(Results.ofConflict(5, 0, 6));
        assertThat(append(2, 4, 0, 0, 0)).isEqualTo(Results.ofEntries(5, false));
    }

    @Test
    void aCandidateFollowsTheLeaderOfItsTerm() {
        cluster.run(500);
        long term = cluster.raft(1).status().term();
        assertThat(append(2, term, 0, 0, 0).getSuccess()).isTrue();
        assertThat(cluster.raft(1).status().role()).isEqualTo(Role.FOLLOWER);
        assertThat(cluster.raft(1).status().leader()).contains(TinyCluster.address(2));
        assertThat(askVote(3, term, 9, 9).getVoteGranted()).isFalse();
    }

    // ---- InstallSnapshot -------------------------------------------------------------------------------------------

    @Test
    void aSnapshotKeepsWhatFollowsAnEntryThatTheLogHolds() {
        append(2, 1, 0, 0, 0, 1, 1, 1, 1);
        assertThat(install(2, 1, 2, 1).getDone()).isTrue();
        assertThat(cluster.raft(1).status().firstIndex()).isEqualTo(3);
        assertThat(cluster.raft(1).status().lastIndex()).isEqualTo(4);
        assertThat(cluster.raft(1).status().lastApplied()).isEqualTo(2);
        restart();
        assertThat(append(2, 1, 4, 1, 4).getSuccess()).isTrue();
        assertThat(cluster.raft(1).status().lastApplied()).isEqualTo(4);
    }

    @Test
    void aSnapshotReplacesALogThatConflictsWithIt() {
        append(2, 1, 0, 0, 0, 1, 1, 1, 1);
        assertThat(install(3, 2, 2, 2).getDone()).isTrue();
        assertThat(cluster.raft(1).status().lastIndex()).isEqualTo(2);
        restart();
        assertThat(cluster.raft(1).status().lastIndex()).isEqualTo(2);
        assertThat(cluster.raft(1).status().lastApplied()).isEqualTo(2);
        assertThat(append(3, 2, 2, 2, 0).getSuccess()).isTrue();
    }

    @Test
    void anOldSnapshotChangesNothing() {
        append(2, 1, 0, 0, 3, 1, 1, 1, 1);
        assertThat(install(2, 1, 2, 1)).isEqualTo(Results.ofChunk(1, 0, true));
        assertThat(cluster.raft(1).status().firstIndex()).isEqualTo(1);
        assertThat(cluster.state(1)).hasSize(3);
        assertThat(install(2, 0, 4, 1)).isEqualTo(Results.ofChunk(1, 0, false));
    }

    @Test
    void requestsThatReachBackBehindTheSnapshotAreTakenFromItsEndOn() {
        install(2, 1, 3, 1);
        assertThat(append(2, 1, 0, 0, 0, 1, 1).getSuccess()).isTrue();
        assertThat(cluster.raft(1).status().lastIndex()).isEqualTo(3);
        assertThat(append(2, 1, 1, 1, 0, 1, 1, 1, 1).getSuccess()).isTrue();
        assertThat(cluster.raft(1).status().lastIndex()).isEqualTo(5);
        assertThat(cluster.raft(1).status().lastApplied()).isEqualTo(3);
    }

    @Test
    void aServerWithNothingButASnapshotKnowsHowUpToDateItIs() {
        install(2, 4, 3, 4);
        assertThat(askVote(3, 5, 3, 3).getVoteGranted()).isFalse();
        assertThat(askVote(3, 5, 3, 4).getVoteGranted()).isTrue();
    }

    // ---- answers to a candidate and to a leader --------------------------------------------------------------------

    @Test
    void aVoteForAnEarlierTermDoesNotCount() {
        cluster.run(500);
        Sent first = lastSent(RaftServiceGrpc.getRequestVoteMethod());
        cluster.run(500);
        Sent second = lastSent(RaftServiceGrpc.getRequestVoteMethod());
        assertThat(termOf(second)).isGreaterThan(termOf(first));
        cluster.answer(first, Results.ofVote(termOf(first), true));
        assertThat(cluster.raft(1).status().role()).isEqualTo(Role.CANDIDATE);
        cluster.answer(second, Results.ofVote(termOf(second), true));
        assertThat(cluster.raft(1).status().role()).isEqualTo(Role.LEADER);
    }

    @Test
    void anEntryOfAnEarlierTermIsCommittedOnlyTogetherWithOneOfTheCurrentTerm() {
        append(2, 1, 0, 0, 0, 1);
        long term = lead();
        confirmLast();
        assertThat(cluster.raft(1).status().commitIndex()).isZero();

        propose("x");
        assertThat(cluster.raft(1).status().commitIndex()).isZero();
        confirmLast();
        assertThat(cluster.raft(1).status().commitIndex()).isEqualTo(2);
        assertThat(cluster.raft(1).status().term()).isEqualTo(term);
    }

    @Test
    void aConfirmationCountsForWhatItsRequestCarriedOnly() {
        lead();
        propose("a");
        Sent first = lastSent(RaftServiceGrpc.getAppendEntriesMethod());
        propose("b");
        cluster.answer(first, Results.ofEntries(termOfEntries(first), true));
        assertThat(cluster.raft(1).status().commitIndex()).isEqualTo(1);
    }

    @Test
    void aConfirmationFromAnEarlierReignDoesNotCount() {
        long first = lead();
        propose("a");
        Sent old = lastSent(RaftServiceGrpc.getAppendEntriesMethod());
        append(2, first + 1, 0, 0, 0, (int) first + 1);
        lead();
        propose("b");
        cluster.answer(old, Results.ofEntries(first, true));
        assertThat(cluster.raft(1).status().commitIndex()).isZero();
    }

    @Test
    void aLeaderThatHearsOfAHigherTermFollows() {
        long term = lead();
        cluster.answer(lastSent(RaftServiceGrpc.getAppendEntriesMethod()), Results.ofEntries(term + 7, false));
        assertThat(cluster.raft(1).status().role()).isEqualTo(Role.FOLLOWER);
        assertThat(cluster.raft(1).status().term()).isEqualTo(term + 7);
        cluster.run(500);
        assertThat(cluster.raft(1).status().role()).isEqualTo(Role.CANDIDATE);
    }

    // ---- speaking --------------------------------------------------------------------------------------------------

    private RequestVoteReply askVote(int candidate, long term, long lastLogIndex, long lastLogTerm) {
        return cluster.ask(
                1,
                RaftServiceGrpc.getRequestVoteMethod(),
                RequestVoteRequest.newBuilder()
                        .setTerm(term)
                        .setCandidate("n" + candidate)
                        .setLastLogIndex(lastLogIndex)
                        .setLastLogTerm(lastLogTerm)
                        .build());
    }

    /** {@code leader} sends entries of the given terms behind {@code prevLogIndex}. */
    private AppendEntriesReply append(
            int leader, long term, long prevLogIndex, long prevLogTerm, long leaderCommit, int... terms) {
        AppendEntriesRequest.Builder request = AppendEntriesRequest.newBuilder()
                .setTerm(term)
                .setLeader("n" + leader)
                .setPrevLogIndex(prevLogIndex)
                .setPrevLogTerm(prevLogTerm)
                .setLeaderCommit(leaderCommit);
        for (int entryTerm : terms) {
            request.addEntries(
                    LogEntry.newBuilder().setTerm(entryTerm).setCommand(ByteString.copyFromUtf8("t" + entryTerm)));
        }
        return cluster.ask(1, RaftServiceGrpc.getAppendEntriesMethod(), request.build());
    }

    /** {@code leader} sends a snapshot in one chunk. */
    private InstallSnapshotReply install(int leader, long term, long lastIncludedIndex, long lastIncludedTerm) {
        return cluster.ask(
                1,
                RaftServiceGrpc.getInstallSnapshotMethod(),
                InstallSnapshotRequest.newBuilder()
                        .setTerm(term)
                        .setLeader("n" + leader)
                        .setLastIncludedIndex(lastIncludedIndex)
                        .setLastIncludedTerm(lastIncludedTerm)
                        .addRecords(SnapshotRecord.newBuilder()
                                .setKey(Keys.ofText("appliedIndex"))
                                .setValue(Keys.ofLong(lastIncludedIndex)))
                        .setDone(true)
                        .build());
    }

    private void restart() {
        cluster.crash(1);
        cluster.boot(1);
    }

    private void propose(String command) {
        cluster.on(1, raft -> raft.propose(ByteString.copyFromUtf8(command)));
    }

    /** Lets the server win an election; returns its term. */
    private long lead() {
        cluster.run(500);
        Sent request = lastSent(RaftServiceGrpc.getRequestVoteMethod());
        cluster.answer(request, Results.ofVote(termOf(request), true));
        assertThat(cluster.raft(1).status().role()).isEqualTo(Role.LEADER);
        return termOf(request);
    }

    /** {@code n3} confirms what was sent to it last. */
    private void confirmLast() {
        Sent request = lastSent(RaftServiceGrpc.getAppendEntriesMethod());
        cluster.answer(request, Results.ofEntries(termOfEntries(request), true));
    }

    private Sent lastSent(MethodDescriptor<?, ?> rpc) {
        List<Sent> sent = cluster.sent.stream()
                .filter(request -> request.is(rpc) && request.to().equals(TinyCluster.address(3)))
                .toList();
        return sent.get(sent.size() - 1);
    }

    private static long termOf(Sent request) {
        return request.as(RaftServiceGrpc.getRequestVoteMethod()).getTerm();
    }

    private static long termOfEntries(Sent request) {
        return request.as(RaftServiceGrpc.getAppendEntriesMethod()).getTerm();
    }
}
