// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.ScriptedPeer;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.KvRequest;
import io.multiraft.kv.rpc.KvServiceGrpc;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.raft.rpc.SnapshotRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProtocolTextTest {
    private static final Address N1 = new Address("n1");
    private static final Address N2 = new Address("n2");

    @Test
    void votes() {
        RequestVoteRequest.Builder request =
                RequestVoteRequest.newBuilder().setTerm(6).setLastLogIndex(5).setLastLogTerm(2);
        RequestVoteReply reply = RequestVoteReply.newBuilder().setTerm(6).build();
        MethodDescriptor<RequestVoteRequest, RequestVoteReply> method = RaftServiceGrpc.getRequestVoteMethod();
        assertThat(exchange(method, request.setCandidate("n1").build(), reply))
                .containsExactly(
                        "RequestVote n1 -> n2 term=6 last=5@2", "RequestVote reply n2 -> n1 term=6 granted=false");
        assertThat(exchange(method, request.setCandidate("n3").build(), reply).get(0))
                .endsWith("last=5@2 candidate=n3");
    }

    @Test
    void entries() {
        AppendEntriesRequest request = AppendEntriesRequest.newBuilder()
                .setTerm(2)
                .setLeader("n1")
                .setPrevLogIndex(1)
                .setPrevLogTerm(1)
                .addEntries(LogEntry.newBuilder().setTerm(1))
                .addEntries(LogEntry.newBuilder().setTerm(1))
                .addEntries(LogEntry.newBuilder().setTerm(2))
                .setLeaderCommit(1)
                .build();
        AppendEntriesReply.Builder refusal =
                AppendEntriesReply.newBuilder().setTerm(2).setConflictIndex(4);
        assertThat(exchange(RaftServiceGrpc.getAppendEntriesMethod(), request, refusal.build()))
                .containsExactly(
                        "AppendEntries n1 -> n2 term=2 prev=1@1 entries=2..3@1,4@2 commit=1",
                        "AppendEntries reply n2 -> n1 term=2 success=false conflict=4");
        AppendEntriesRequest heartbeat = request.toBuilder().clearEntries().build();
        AppendEntriesReply hint = refusal.setConflictTerm(1).build();
        assertThat(exchange(RaftServiceGrpc.getAppendEntriesMethod(), heartbeat, hint))
                .containsExactly(
                        "AppendEntries n1 -> n2 term=2 prev=1@1 commit=1",
                        "AppendEntries reply n2 -> n1 term=2 success=false conflict=4@1");
    }

    @Test
    void chunks() {
        InstallSnapshotRequest request = InstallSnapshotRequest.newBuilder()
                .setTerm(2)
                .setLeader("n1")
                .setLastIncludedIndex(10)
                .setLastIncludedTerm(2)
                .setOffset(40)
                .addRecords(SnapshotRecord.newBuilder().setKey(ByteString.copyFromUtf8("k")))
                .setDone(true)
                .build();
        InstallSnapshotReply reply =
                InstallSnapshotReply.newBuilder().setTerm(2).setDone(true).build();
        assertThat(exchange(RaftServiceGrpc.getInstallSnapshotMethod(), request, reply))
                .containsExactly(
                        "InstallSnapshot n1 -> n2 term=2 last=10@2 offset=40 records=1 done",
                        "InstallSnapshot reply n2 -> n1 term=2 done");
    }

    @Test
    void messagesOfOtherServicesFieldByField() {
        KvRequest request = KvRequest.newBuilder()
                .setClientId(7)
                .setSequence(1)
                .setCommand(KvCommand.newBuilder()
                        .setOperation(Operation.PUT)
                        .setKey(ByteString.copyFromUtf8("k"))
                        .setValue(ByteString.copyFromUtf8("v".repeat(100))))
                .build();
        assertThat(exchange(KvServiceGrpc.getDoCommandMethod(), request, KvReply.getDefaultInstance()))
                .containsExactly(
                        "DoCommand n1 -> n2 client_id=7 sequence=1 command={operation=PUT key=\"k\" value=\""
                                + "v".repeat(24) + "\"… (100 bytes)}",
                        "DoCommand reply n2 -> n1 error=OK");
    }

    private static <Q extends MessageLite, R extends MessageLite> List<String> exchange(
            MethodDescriptor<Q, R> method, Q request, R reply) {
        Simulation simulation = new Simulation(1, NetworkModel.RELIABLE, DiskModel.FAST);
        List<String> received = new ArrayList<>();
        simulation.recordTo(
                line -> {
                    if (line.kind().equals("receives")) {
                        received.add(line.detail());
                    }
                },
                new ProtocolText());
        ScriptedPeer n1 = simulation.addScripted(N1);
        ScriptedPeer n2 = simulation.addScripted(N2);
        n1.send(N2, method, request);
        simulation.runUntil(1_000_000);
        n2.answer(n2.take(method, any -> true).orElseThrow(), reply);
        simulation.runUntil(2_000_000);
        return received;
    }
}
