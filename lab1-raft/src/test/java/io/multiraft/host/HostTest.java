// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.multiraft.host.storage.DurableStorage;
import io.multiraft.host.storage.LevelDbStorage;
import io.multiraft.host.storage.NodeIdentity;
import io.multiraft.host.storage.VolatileStorage;
import io.multiraft.host.transport.TransportLimits;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.TraceEvent;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.WriteBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Toy nodes on real hosts. RequestVote serves as a call with a number in it, AppendEntries as one with many bytes. */
@Timeout(30)
class HostTest {
    private static final Address ANY_PORT = new Address("127.0.0.1:0");
    private static final ByteString NOTHING = ByteString.EMPTY;
    private static final NodeIdentity SELF = new NodeIdentity("toy", "1");
    private static final CallOptions EARLY = CallOptions.DEFAULT.sentEarly();

    @TempDir
    Path folder;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    // ---- calls
    // -------------------------------------------------------------------------------------------------------

    @Test
    void threeNodesInOneProcessCallEachOther() throws Exception {
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            hosts.add(open(server(), new VolatileStorage()));
        }
        List<Address> all = hosts.stream().map(Host::address).toList();
        for (Host host : hosts) {
            host.start(report -> new Adder(all)).get(5, SECONDS);
        }
        for (Host host : hosts) {
            // each asks the two others, and adds up what they answer
            assertThat(number(host.submit("ask", Keys.ofLong(20)).get(5, SECONDS)))
                    .isEqualTo(42);
        }
    }

    @Test
    void aClientWithoutAPortCallsANode() throws Exception {
        Host server = adder();
        Host client = open(HostConfig.client(new Address("client")), new VolatileStorage());
        client.start(report -> new Adder(List.of(server.address()))).join();
        assertThat(number(client.submit("ask", Keys.ofLong(1)).get(5, SECONDS))).isEqualTo(2);
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
        int calls = 100;
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
        sender.submit("send", Keys.ofLong(calls)).get(10, SECONDS);
        assertThat(all.await(20, SECONDS)).isTrue();
        receiver.stop();
        assertThat(arrived).hasSize(calls).isSorted();
    }

    // ---- the barrier
    // -------------------------------------------------------------------------------------------------

    @Test
    void nothingOfABatchLeavesBeforeItsSyncExceptEarlyCalls() throws Exception {
        List<String> diary = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch connected = new CountDownLatch(1);
        CountDownLatch earlyArrived = new CountDownLatch(1);
        CountDownLatch heldArrived = new CountDownLatch(1);
        Host peer = start(
                server(),
                new VolatileStorage(),
                (context, services) -> services.handle(RaftServiceGrpc.getRequestVoteMethod(), request -> {
                    if (request.getTerm() > 0) {
                        boolean early = request.getTerm() == 1;
                        diary.add(early ? "early call" : "held call");
                        (early ? earlyArrived : heldArrived).countDown();
                    }
                    return RequestVoteReply.getDefaultInstance();
                }));
        DurableStorage disk = new RecordingStorage(new VolatileStorage(), new RecordingStorage.Barriers() {
            @Override
            public void begins() {
                // the disk is so slow that everything that can leave has left, and arrived
                diary.add("sync begins");
                await(earlyArrived);
            }

            @Override
            public void ends() {
                diary.add("sync ends");
            }
        });
        Host node = start(server(), disk, (context, services) -> {
            context.call(
                    peer.address(),
                    RaftServiceGrpc.getRequestVoteMethod(),
                    RequestVoteRequest.getDefaultInstance(),
                    CallOptions.DEFAULT,
                    reply -> connected.countDown());
            services.handleTask("write", (argument, reply) -> {
                vote(context, peer.address(), 2, CallOptions.DEFAULT);
                vote(context, peer.address(), 1, EARLY);
                context.storage().write(Durability.DURABLE, WriteBatch.put("raft", Keys.ofText("k"), argument));
                reply.send(argument);
            });
        });
        await(connected);
        node.submit("write", Keys.ofLong(5))
                .thenAccept(result -> diary.add("result"))
                .get(10, SECONDS);
        assertThat(heldArrived.await(10, SECONDS)).isTrue();
        // "sync begins" may stand before or behind "early call": the peer has a thread of its own
        assertThat(diary.subList(0, 2)).containsExactlyInAnyOrder("sync begins", "early call");
        assertThat(diary.get(2)).isEqualTo("sync ends");
        assertThat(diary.subList(3, 5)).containsExactlyInAnyOrder("held call", "result");
    }

    @Test
    void aBatchWithoutDurableWritesIsReleasedWithoutASync() throws Exception {
        AtomicInteger syncs = new AtomicInteger();
        CountDownLatch relaxedSaved = new CountDownLatch(1);
        DurableStorage disk = new RecordingStorage(levelDb(), new RecordingStorage.Barriers() {
            @Override
            public void begins() {
                syncs.incrementAndGet();
            }

            @Override
            public void ends() {
                relaxedSaved.countDown();
            }
        });
        HostLimits slow =
                new HostLimits(1_024, 4 << 20, Duration.ofMillis(300), 1 << 20, 1_000, TransportLimits.DEFAULT);
        Host node = start(server().within(slow), disk, new Writer());
        node.submit("relaxed", Keys.ofLong(1)).get(5, SECONDS);
        assertThat(syncs).hasValue(0);
        assertThat(relaxedSaved.await(5, SECONDS))
                .as("written alone a little later")
                .isTrue();
        assertThat(syncs).hasValue(1);
    }

    @Test
    void stoppingSavesRelaxedWritesAndACrashDoesNot() throws Exception {
        HostLimits never =
                new HostLimits(1_024, 4 << 20, Duration.ofHours(1), Integer.MAX_VALUE, 1_000, TransportLimits.DEFAULT);
        Host first = start(server().within(never), levelDb(), new Writer());
        first.submit("durable", Keys.ofLong(1)).get(5, SECONDS);
        first.submit("relaxed", Keys.ofLong(2)).get(5, SECONDS);
        first.stop();
        first.stop();
        Host second = start(server().within(never), levelDb(), new Writer());
        assertThat(number(second.submit("count", NOTHING).get(5, SECONDS))).isEqualTo(2);
        second.submit("relaxed", Keys.ofLong(3)).get(5, SECONDS);
        second.halt();
        Host third = start(server().within(never), levelDb(), new Writer());
        assertThat(number(third.submit("count", NOTHING).get(5, SECONDS))).isEqualTo(2);
    }

    // ---- failures
    // ----------------------------------------------------------------------------------------------------

    @Test
    void anExceptionOfTheNodeStopsThatNodeOnlyAndSavesNothingOfItsBatch() throws Exception {
        BlockingQueue<String> failures = new LinkedBlockingQueue<>();
        HostListener listener = new HostListener() {
            @Override
            public void failed(Address node, String during, Throwable cause) {
                failures.add(during + ": " + cause.getMessage());
            }
        };
        Host other = adder();
        Host node = start(server().heardBy(listener), levelDb(), new Writer());
        node.submit("durable", Keys.ofLong(1)).get(5, SECONDS);
        assertThatThrownBy(() -> node.submit("bad", Keys.ofLong(2)).get(5, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(HostStoppedException.class);
        assertThat(failures.take()).isEqualTo("task bad: no such luck");
        node.stopped().get(5, SECONDS);
        assertThatThrownBy(() -> node.submit("durable", NOTHING).get(5, SECONDS))
                .hasCauseInstanceOf(HostStoppedException.class);
        assertThat(other.submit("ask", Keys.ofLong(1)).get(5, SECONDS)).isNotNull();
        Host again = start(server(), levelDb(), new Writer());
        assertThat(number(again.submit("count", NOTHING).get(5, SECONDS))).isEqualTo(1);
    }

    @Test
    void aNodeThatCannotStartSaysWhy() throws Exception {
        Host host = open(server(), new VolatileStorage());
        CompletableFuture<Void> start = host.start(report -> (context, services) -> {
            throw new IllegalStateException("the stored log has a gap");
        });
        assertThatThrownBy(() -> start.get(5, SECONDS)).hasMessageContaining("the stored log has a gap");
        host.stopped().get(5, SECONDS);
    }

    @Test
    void aPortInUseIsToldInOneLine() throws Exception {
        Host first = open(server(), new VolatileStorage());
        assertThatThrownBy(() -> Host.open(HostConfig.server(first.address()), new VolatileStorage()))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on " + first.address() + ": Address already in use");
    }

    @Test
    void aDeadPeerCostsBoundedMemory() throws Exception {
        Address dead;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = new Address("127.0.0.1:" + socket.getLocalPort());
        }
        AtomicInteger dropped = new AtomicInteger();
        Host node = start(
                server().within(limits(1 << 20)).heardBy(countingDrops(dropped)),
                new VolatileStorage(),
                bulkSender(dead, 64 << 10));
        node.submit("send", Keys.ofLong(1_000)).get(5, SECONDS);
        assertThat(dropped.get()).isBetween(1_000 - 16, 999);
    }

    @Test
    void aPeerThatIsBusyHoldsItsCallersBackAndLosesNothingThatWasTaken() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        AtomicInteger arrived = new AtomicInteger();
        AtomicInteger dropped = new AtomicInteger();
        BlockingQueue<Integer> last = new LinkedBlockingQueue<>();
        Host slow = start(
                server(),
                new VolatileStorage(),
                (context, services) -> services.handle(RaftServiceGrpc.getAppendEntriesMethod(), request -> {
                    await(busy);
                    arrived.incrementAndGet();
                    last.add((int) request.getTerm());
                    return AppendEntriesReply.getDefaultInstance();
                }));
        int calls = 1_000; // of 64 KiB: far more than all buffers on the way take
        Host node = start(
                server().within(limits(4 << 20)).heardBy(countingDrops(dropped)),
                new VolatileStorage(),
                bulkSender(slow.address(), 64 << 10));
        for (int i = 0; i < calls / 10; i++) {
            node.submit("send", Keys.ofLong(10)).get(5, SECONDS);
        }
        assertThat(dropped.get()).as("calls beyond the bound").isBetween(calls / 2, calls);
        busy.countDown();
        while (arrived.get() + dropped.get() < calls) {
            assertThat(last.poll(10, SECONDS)).isNotNull();
        }
        assertThat(arrived.get() + dropped.get()).isEqualTo(calls);
    }

    @Test
    void aPeerThatEndsEveryConnectionIsNotTriedInAHotLoop() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread refuser = new Thread(() -> {
                try {
                    while (true) {
                        socket.accept().close();
                        connections.incrementAndGet();
                    }
                } catch (IOException e) {
                    // the test is over
                }
            });
            refuser.start();
            Address peer = new Address("127.0.0.1:" + socket.getLocalPort());
            CountDownLatch heartbeats = new CountDownLatch(100);
            start(server(), new VolatileStorage(), (context, services) -> beat(context, peer, heartbeats));
            assertThat(heartbeats.await(10, SECONDS)).isTrue(); // a second's worth of them
            assertThat(connections.get()).isBetween(1, 15);
        }
    }

    @Test
    void aPeerThatComesBackIsReachedAgain() throws Exception {
        Host first = adder();
        Host node = open(server(), new VolatileStorage());
        node.start(report -> new Adder(List.of(first.address()))).join();
        assertThat(number(node.submit("ask", Keys.ofLong(1)).get(5, SECONDS))).isEqualTo(2);
        first.stop();
        Host second = start(HostConfig.server(first.address()), new VolatileStorage(), new Adder(List.of()));
        assertThat(second.address()).isEqualTo(first.address());
        ByteString answer = NOTHING;
        while (answer.isEmpty()) { // the call that was under way when the connection broke is lost
            answer = node.submit("ask", Keys.ofLong(1))
                    .completeOnTimeout(NOTHING, 1, SECONDS)
                    .get(5, SECONDS);
        }
        assertThat(number(answer)).isEqualTo(2);
    }

    // ---- timers and traces
    // -------------------------------------------------------------------------------------------

    private record Rang(String name) implements TraceEvent {}

    @Test
    void timersRingInOrderAndATimerThatIsSetAgainRingsOnce() throws Exception {
        ConcurrentLinkedQueue<String> rang = new ConcurrentLinkedQueue<>();
        CountDownLatch end = new CountDownLatch(1);
        HostListener listener = new HostListener() {
            @Override
            public void traced(Address node, long nowMicros, TraceEvent event) {
                rang.add(event.toString());
            }
        };
        start(server().heardBy(listener), new VolatileStorage(), (context, services) -> {
            ring(context, "end", 60, end::countDown);
            ring(context, "late", 40, () -> {});
            ring(context, "again", 10, () -> {});
            ring(context, "again", 50, () -> {});
            ring(context, "never", 20, () -> {});
            ring(context, "at once", 0, () -> context.cancelTimer("never"));
        });
        assertThat(end.await(10, SECONDS)).isTrue();
        assertThat(rang).containsExactly("Rang[name=at once]", "Rang[name=late]", "Rang[name=again]", "Rang[name=end]");
    }

    private static void ring(NodeContext context, String name, long millis, Runnable task) {
        context.setTimer(name, Duration.ofMillis(millis), () -> {
            context.trace(new Rang(name));
            task.run();
        });
    }

    @Test
    void aTimerWithoutDelayRunsOnceForAllThatHasArrivedTogether() throws Exception {
        AtomicInteger rounds = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Host node = start(
                server(),
                new VolatileStorage(),
                (context, services) -> services.handleTask("add", (argument, reply) -> {
                    begun.countDown();
                    await(goOn);
                    context.setTimer("round", Duration.ZERO, rounds::incrementAndGet);
                    reply.send(argument);
                }));
        List<CompletableFuture<ByteString>> results = new ArrayList<>();
        results.add(node.submit("add", NOTHING));
        await(begun);
        for (int i = 0; i < 100; i++) {
            results.add(node.submit("add", NOTHING));
        }
        goOn.countDown();
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)).get(5, SECONDS);
        node.stop();
        assertThat(rounds.get()).isBetween(1, 3);
    }

    // ---- toys
    // --------------------------------------------------------------------------------------------------------

    /** Answers a vote with the next term; asks all others, and adds up their answers. */
    private record Adder(List<Address> all) implements Node {
        @Override
        public void start(NodeContext context, Services services) {
            services.handle(
                    RaftServiceGrpc.getRequestVoteMethod(),
                    request -> RequestVoteReply.newBuilder()
                            .setTerm(request.getTerm() + 1)
                            .build());
            services.handleTask("ask", (argument, reply) -> {
                List<Address> others = all.stream()
                        .filter(each -> !each.equals(context.self()))
                        .toList();
                List<Long> answers = new ArrayList<>();
                RequestVoteRequest request = RequestVoteRequest.newBuilder()
                        .setTerm(number(argument))
                        .build();
                for (Address other : others) {
                    context.call(other, RaftServiceGrpc.getRequestVoteMethod(), request, CallOptions.DEFAULT, vote -> {
                        answers.add(vote.getTerm());
                        if (answers.size() == others.size()) {
                            reply.send(Keys.ofLong(
                                    answers.stream().mapToLong(each -> each).sum()));
                        }
                    });
                }
                if (others.isEmpty()) {
                    reply.send(argument);
                }
            });
        }
    }

    /** Writes records and counts them. */
    private static final class Writer implements Node {
        @Override
        public void start(NodeContext context, Services services) {
            services.handleTask("durable", (key, reply) -> {
                context.storage().write(Durability.DURABLE, WriteBatch.put("data", key, key));
                reply.send(key);
            });
            services.handleTask("relaxed", (key, reply) -> {
                context.storage().write(Durability.RELAXED, WriteBatch.put("data", key, key));
                reply.send(key);
            });
            services.handleTask("bad", (key, reply) -> {
                context.storage().write(Durability.DURABLE, WriteBatch.put("data", key, key));
                throw new IllegalStateException("no such luck");
            });
            services.handleTask("count", (key, reply) -> {
                long count = 0;
                try (Cursor records = context.storage().scan("data")) {
                    for (; records.hasNext(); count++) {
                        records.next();
                    }
                }
                reply.send(Keys.ofLong(count));
            });
        }
    }

    /** Sends so many calls with so many bytes, numbered. */
    private static Node bulkSender(Address peer, int bytes) {
        ByteString load = ByteString.copyFrom(new byte[bytes]);
        int[] sent = new int[1];
        return (context, services) -> services.handleTask("send", (argument, reply) -> {
            for (long i = 0; i < number(argument); i++) {
                AppendEntriesRequest request = AppendEntriesRequest.newBuilder()
                        .setTerm(++sent[0])
                        .addEntries(LogEntry.newBuilder().setCommand(load))
                        .build();
                context.call(
                        peer, RaftServiceGrpc.getAppendEntriesMethod(), request, CallOptions.DEFAULT, answer -> {});
            }
            reply.send(argument);
        });
    }

    private static void beat(NodeContext context, Address peer, CountDownLatch heartbeats) {
        vote(context, peer, 1, CallOptions.DEFAULT);
        heartbeats.countDown();
        context.setTimer("beat", Duration.ofMillis(10), () -> beat(context, peer, heartbeats));
    }

    private static void vote(NodeContext context, Address peer, long term, CallOptions options) {
        context.call(
                peer,
                RaftServiceGrpc.getRequestVoteMethod(),
                RequestVoteRequest.newBuilder().setTerm(term).build(),
                options,
                reply -> {});
    }

    private record Queued<R>(BlockingQueue<R> queue) implements StreamObserver<R> {
        @Override
        public void onNext(R value) {
            queue.add(value);
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onCompleted() {
            // the test has seen what it wants
        }
    }

    private static HostListener countingDrops(AtomicInteger dropped) {
        return new HostListener() {
            @Override
            public void dropped(Address node, Address peer, String method, String reason) {
                dropped.incrementAndGet();
            }
        };
    }

    private static HostConfig server() {
        return HostConfig.server(ANY_PORT, RaftServiceGrpc.getServiceDescriptor());
    }

    private static HostLimits limits(int waitingBytesPerPeer) {
        return HostLimits.DEFAULT.withTransport(TransportLimits.DEFAULT.withWaitingBytesPerPeer(waitingBytesPerPeer));
    }

    private Host adder() {
        try {
            return start(server(), new VolatileStorage(), new Adder(List.of()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private DurableStorage levelDb() throws Exception {
        return LevelDbStorage.open(folder.resolve("data"), SELF, notice -> {});
    }

    private Host open(HostConfig config, DurableStorage storage) throws IOException {
        Host host = Host.open(config, storage);
        open.push(host);
        return host;
    }

    private Host start(HostConfig config, DurableStorage storage, Node node) throws Exception {
        Host host = open(config, storage);
        host.start(report -> node).get(5, SECONDS);
        return host;
    }

    private ManagedChannel channelTo(Host host) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(host.address().text())
                .usePlaintext()
                .build();
        open.push(channel::shutdownNow);
        return channel;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long number(ByteString bytes) {
        return Keys.toLong(bytes, 0);
    }
}
