// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Toy nodes on real hosts. RequestVote serves as a call with a number in it, AppendEntries as one with many bytes. */
@Timeout(60)
abstract class RealHosts {
    private static final Address ANY_PORT = new Address("127.0.0.1:0");
    static final ByteString NOTHING = ByteString.EMPTY;
    static final NodeIdentity SELF = new NodeIdentity("toy", "1");
    /** However slow the machine is, no call is too old to be sent. */
    static final CallOptions PATIENT = CallOptions.DEFAULT.withDeadline(Duration.ofMinutes(1));

    static final CallOptions EARLY = PATIENT.sentEarly();

    @TempDir
    Path folder;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    /** Answers a vote with the next term; asks all others, and adds up their answers. */
    record Adder(List<Address> all) implements Node {
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
                    context.call(other, RaftServiceGrpc.getRequestVoteMethod(), request, PATIENT, vote -> {
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
    static final class Writer implements Node {
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
    static Node bulkSender(Address peer, int bytes) {
        ByteString load = ByteString.copyFrom(new byte[bytes]);
        int[] sent = new int[1];
        return (context, services) -> services.handleTask("send", (argument, reply) -> {
            for (long i = 0; i < number(argument); i++) {
                AppendEntriesRequest request = AppendEntriesRequest.newBuilder()
                        .setTerm(++sent[0])
                        .addEntries(LogEntry.newBuilder().setCommand(load))
                        .build();
                context.call(peer, RaftServiceGrpc.getAppendEntriesMethod(), request, PATIENT, answer -> {});
            }
            reply.send(argument);
        });
    }

    static void beat(NodeContext context, Address peer, CountDownLatch heartbeats) {
        vote(context, peer, 1, CallOptions.DEFAULT);
        heartbeats.countDown();
        context.setTimer("beat", Duration.ofMillis(10), () -> beat(context, peer, heartbeats));
    }

    static void vote(NodeContext context, Address peer, long term, CallOptions options) {
        context.call(
                peer,
                RaftServiceGrpc.getRequestVoteMethod(),
                RequestVoteRequest.newBuilder().setTerm(term).build(),
                options,
                reply -> {});
    }

    record Queued<R>(BlockingQueue<R> queue) implements StreamObserver<R> {
        @Override
        public void onNext(R value) {
            queue.add(value);
        }

        @Override
        public void onError(Throwable error) {
            // the stream ends with its channel
        }

        @Override
        public void onCompleted() {
            // the test has seen what it wants
        }
    }

    static HostListener countingDrops(AtomicInteger dropped) {
        return new HostListener() {
            @Override
            public void dropped(Address node, Address peer, String method, String reason) {
                dropped.incrementAndGet();
            }
        };
    }

    static HostConfig server() {
        return HostConfig.server(ANY_PORT, RaftServiceGrpc.getServiceDescriptor());
    }

    static HostLimits limits(int waitingBytesPerPeer) {
        return HostLimits.DEFAULT.withTransport(TransportLimits.DEFAULT.withWaitingBytesPerPeer(waitingBytesPerPeer));
    }

    Host adder() {
        try {
            return start(server(), new VolatileStorage(), new Adder(List.of()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    DurableStorage levelDb() throws Exception {
        return LevelDbStorage.open(folder.resolve("data"), SELF, notice -> {});
    }

    Host open(HostConfig config, DurableStorage storage) throws IOException {
        Host host = Host.open(config, storage);
        open.push(host);
        return host;
    }

    Host start(HostConfig config, DurableStorage storage, Node node) throws Exception {
        Host host = open(config, storage);
        host.start(report -> node).get(20, SECONDS);
        return host;
    }

    ManagedChannel channelTo(Host host) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(host.address().text())
                .usePlaintext()
                .build();
        open.push(channel::shutdownNow);
        return channel;
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static long number(ByteString bytes) {
        return Keys.toLong(bytes, 0);
    }
}
