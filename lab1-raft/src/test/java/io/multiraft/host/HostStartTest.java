// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.multiraft.host.storage.VolatileStorage;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.storage.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** When the node of a group's member starts. */
class HostStartTest extends RealHosts {
    private static final Node IDLE = (context, services) -> {};
    private static final Duration FOR_EVER = Duration.ofHours(1);

    /** Members must know each other before any of them listens. */
    private static List<Address> freeAddresses(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return sockets.stream()
                .map(socket -> new Address("127.0.0.1:" + socket.getLocalPort()))
                .toList();
    }

    private Host openMember(Address self, Set<Address> peers, Duration patience) throws Exception {
        HostConfig config = HostConfig.server(self, RaftServiceGrpc.getServiceDescriptor())
                .among(peers)
                .within(HostLimits.DEFAULT.withStartPatience(patience));
        return open(config, new VolatileStorage());
    }

    private static Set<Address> without(Address self, List<Address> all) {
        return all.stream().filter(each -> !each.equals(self)).collect(Collectors.toSet());
    }

    @Test
    void theMembersOfAGroupThatIsStartedTogetherWaitForEachOtherOnly() throws Exception {
        List<Address> places = freeAddresses(3);
        List<CompletableFuture<Void>> starts = places.stream()
                .map(place -> startMember(place, without(place, places)))
                .toList();
        CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).get(30, SECONDS);
    }

    private CompletableFuture<Void> startMember(Address self, Set<Address> peers) {
        try {
            return openMember(self, peers, FOR_EVER).start(report -> IDLE);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMemberThatIsStartedAgainStartsWhenAPeerCallsAndNotWhenAClientDoes() throws Exception {
        List<Address> places = freeAddresses(3);
        Address self = places.get(0);
        Host member = openMember(self, without(self, places), FOR_EVER);
        CompletableFuture<Void> started = member.start(report -> new Adder(List.of()));

        BlockingQueue<RequestVoteReply> answers = new LinkedBlockingQueue<>();
        ManagedChannel client = channelTo(member);
        RaftServiceGrpc.newStub(client)
                .requestVote(RequestVoteRequest.newBuilder().setTerm(7).build(), new Queued<>(answers));
        awaitReflection(client); // on the same connection: the call before has arrived
        assertThat(started).isNotDone();
        assertThat(answers).isEmpty();

        Host peer = start(
                HostConfig.server(places.get(1), RaftServiceGrpc.getServiceDescriptor()),
                new VolatileStorage(),
                new Adder(List.of(self, places.get(1))));
        ByteString sum = peer.submit("ask", Keys.ofLong(40)).get(30, SECONDS);
        assertThat(number(sum)).isEqualTo(41);
        assertThat(started).isDone();
        assertThat(answers.poll(30, SECONDS).getTerm()).isEqualTo(8); // what arrived before the start is not lost
    }

    private static void awaitReflection(ManagedChannel channel) throws Exception {
        BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
        StreamObserver<ServerReflectionRequest> questions =
                ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new Queued<>(answers));
        questions.onNext(
                ServerReflectionRequest.newBuilder().setListServices("").build());
        assertThat(answers.poll(30, SECONDS)).isNotNull();
        questions.onCompleted();
    }

    @Test
    void aMemberWhosePeersStayAwayStartsWithoutThem() throws Exception {
        List<Address> places = freeAddresses(2);
        Host member = openMember(places.get(0), Set.of(places.get(1)), Duration.ofMillis(1));
        member.start(report -> IDLE).get(30, SECONDS);
    }

    @Test
    void aMemberThatIsStoppedWhileItWaitsNeverStarts() throws Exception {
        List<Address> places = freeAddresses(2);
        Host member = openMember(places.get(0), Set.of(places.get(1)), FOR_EVER);
        CompletableFuture<Void> started = member.start(report -> IDLE);
        member.stop();
        assertThatThrownBy(started::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(HostStoppedException.class);
    }
}
