// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.multiraft.host.storage.VolatileStorage;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.storage.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What nodes say to each other arrives, and any gRPC client is served. */
class HostCallsTest extends RealHosts {
    @Test
    void threeNodesInOneProcessCallEachOther() throws Exception {
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            hosts.add(open(server(), new VolatileStorage()));
        }
        List<Address> all = hosts.stream().map(Host::address).toList();
        for (Host host : hosts) {
            host.start(report -> new Adder(all)).get(20, SECONDS);
        }
        for (Host host : hosts) {
            // each asks the two others, and adds up what they answer
            assertThat(number(host.submit("ask", Keys.ofLong(20)).get(20, SECONDS)))
                    .isEqualTo(42);
        }
    }

    @Test
    void aClientWithoutAPortCallsANode() throws Exception {
        Host server = adder();
        Host client = open(HostConfig.client(new Address("client")), new VolatileStorage());
        client.start(report -> new Adder(List.of(server.address()))).join();
        assertThat(number(client.submit("ask", Keys.ofLong(1)).get(20, SECONDS)))
                .isEqualTo(2);
    }

    @Test
    void anyGrpcClientCallsTheTypedMethods() {
        RaftServiceGrpc.RaftServiceBlockingStub stub = RaftServiceGrpc.newBlockingStub(channelTo(adder()));
        RequestVoteReply reply =
                stub.requestVote(RequestVoteRequest.newBuilder().setTerm(6).build());
        assertThat(reply.getTerm()).isEqualTo(7);
    }

    @Test
    void aMethodThatTheNodeDoesNotAnswerEndsAtItsDeadline() {
        RaftServiceGrpc.RaftServiceBlockingStub stub =
                RaftServiceGrpc.newBlockingStub(channelTo(adder())).withDeadlineAfter(Duration.ofMillis(100));
        assertThatThrownBy(() -> stub.appendEntries(AppendEntriesRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("DEADLINE_EXCEEDED");
    }

    @Test
    void serverReflectionTellsWhatIsServed() throws Exception {
        BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
        StreamObserver<ServerReflectionRequest> questions =
                ServerReflectionGrpc.newStub(channelTo(adder())).serverReflectionInfo(new Queued<>(answers));
        questions.onNext(
                ServerReflectionRequest.newBuilder().setListServices("").build());
        assertThat(answers.take().getListServicesResponse().getServiceList().toString())
                .contains("multiraft.raft.RaftService");
        questions.onNext(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("multiraft.raft.RaftService.RequestVote")
                .build());
        assertThat(answers.take()
                        .getFileDescriptorResponse()
                        .getFileDescriptorProto(0)
                        .toStringUtf8())
                .contains("last_log_index");
        questions.onCompleted();
    }

    @Test
    void messagesOfManyMebibytesArriveWholeAndInOrder() throws Exception {
        int calls = 40;
        List<Long> arrived = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(calls);
        Host receiver = start(
                server(),
                new VolatileStorage(),
                (context, services) -> services.handle(RaftServiceGrpc.getAppendEntriesMethod(), request -> {
                    assertThat(request.getEntries(0).getCommand().size()).isEqualTo(700_000);
                    arrived.add(request.getTerm());
                    all.countDown();
                    return AppendEntriesReply.getDefaultInstance();
                }));
        Host sender = start(
                server().within(limits(100 << 20)), new VolatileStorage(), bulkSender(receiver.address(), 700_000));
        sender.submit("send", Keys.ofLong(calls)).get(20, SECONDS);
        assertThat(all.await(20, SECONDS)).isTrue();
        receiver.stop();
        assertThat(arrived).hasSize(calls).isSorted();
    }
}
