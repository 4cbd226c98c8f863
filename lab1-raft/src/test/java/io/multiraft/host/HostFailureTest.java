// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.host.storage.VolatileStorage;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.storage.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whatever fails, the damage stays where it is. */
class HostFailureTest extends RealHosts {
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
        node.submit("durable", Keys.ofLong(1)).get(20, SECONDS);
        assertThatThrownBy(() -> node.submit("bad", Keys.ofLong(2)).get(20, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(HostStoppedException.class);
        assertThat(failures.take()).isEqualTo("task bad: no such luck");
        node.stopped().get(20, SECONDS);
        assertThatThrownBy(() -> node.submit("durable", NOTHING).get(20, SECONDS))
                .hasCauseInstanceOf(HostStoppedException.class);
        assertThat(other.submit("ask", Keys.ofLong(1)).get(20, SECONDS)).isNotNull();
        Host again = start(server(), levelDb(), new Writer());
        assertThat(number(again.submit("count", NOTHING).get(20, SECONDS))).isEqualTo(1);
    }

    @Test
    void aNodeThatCannotStartSaysWhy() throws Exception {
        Host host = open(server(), new VolatileStorage());
        CompletableFuture<Void> start = host.start(report -> (context, services) -> {
            throw new IllegalStateException("the stored log has a gap");
        });
        assertThatThrownBy(() -> start.get(20, SECONDS)).hasMessageContaining("the stored log has a gap");
        host.stopped().get(20, SECONDS);
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
        node.submit("send", Keys.ofLong(1_000)).get(20, SECONDS);
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
            node.submit("send", Keys.ofLong(10)).get(20, SECONDS);
        }
        assertThat(dropped.get()).as("calls beyond the bound").isBetween(calls / 2, calls);
        busy.countDown();
        while (arrived.get() + dropped.get() < calls) {
            assertThat(last.poll(20, SECONDS)).isNotNull();
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
            long begin = System.nanoTime();
            start(server(), new VolatileStorage(), (context, services) -> beat(context, peer, heartbeats));
            assertThat(heartbeats.await(20, SECONDS)).isTrue(); // a second's worth of them
            long millis = NANOSECONDS.toMillis(System.nanoTime() - begin);
            // each attempt comes after a pause of 25 ms at least
            assertThat(connections.get()).isBetween(1, (int) (5 + millis / 25));
        }
    }

    @Test
    void aPeerThatComesBackIsReachedAgain() throws Exception {
        Host first = adder();
        Host node = open(server(), new VolatileStorage());
        node.start(report -> new Adder(List.of(first.address()))).join();
        assertThat(number(node.submit("ask", Keys.ofLong(1)).get(20, SECONDS))).isEqualTo(2);
        first.stop();
        Host second = start(HostConfig.server(first.address()), new VolatileStorage(), new Adder(List.of()));
        assertThat(second.address()).isEqualTo(first.address());
        ByteString answer = NOTHING;
        while (answer.isEmpty()) { // the call that was under way when the connection broke is lost
            answer = node.submit("ask", Keys.ofLong(1))
                    .completeOnTimeout(NOTHING, 1, SECONDS)
                    .get(20, SECONDS);
        }
        assertThat(number(answer)).isEqualTo(2);
    }
}
