// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.multiraft.host.storage.DurableStorage;
import io.multiraft.host.storage.VolatileStorage;
import io.multiraft.host.transport.TransportLimits;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is promised is on disk. */
class HostBarrierTest extends RealHosts {
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
                    PATIENT,
                    reply -> connected.countDown());
            services.handleTask("write", (argument, reply) -> {
                vote(context, peer.address(), 2, PATIENT);
                vote(context, peer.address(), 1, EARLY);
                context.storage().write(Durability.DURABLE, WriteBatch.put("raft", Keys.ofText("k"), argument));
                reply.send(argument);
            });
        });
        await(connected);
        node.submit("write", Keys.ofLong(5))
                .thenAccept(result -> diary.add("result"))
                .get(20, SECONDS);
        assertThat(heldArrived.await(20, SECONDS)).isTrue();
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
        HostLimits slow = new HostLimits(
                1_024, 4 << 20, Duration.ofMillis(300), 1 << 20, 1_000, Duration.ZERO, TransportLimits.DEFAULT);
        Host node = start(server().within(slow), disk, new Writer());
        node.submit("relaxed", Keys.ofLong(1)).get(20, SECONDS);
        assertThat(syncs).hasValue(0);
        assertThat(relaxedSaved.await(20, SECONDS))
                .as("written alone a little later")
                .isTrue();
        assertThat(syncs).hasValue(1);
    }

    @Test
    void stoppingSavesRelaxedWritesAndACrashDoesNot() throws Exception {
        HostLimits never = new HostLimits(
                1_024, 4 << 20, Duration.ofHours(1), Integer.MAX_VALUE, 1_000, Duration.ZERO, TransportLimits.DEFAULT);
        Host first = start(server().within(never), levelDb(), new Writer());
        first.submit("durable", Keys.ofLong(1)).get(20, SECONDS);
        first.submit("relaxed", Keys.ofLong(2)).get(20, SECONDS);
        first.stop();
        first.stop();
        Host second = start(server().within(never), levelDb(), new Writer());
        assertThat(number(second.submit("count", NOTHING).get(20, SECONDS))).isEqualTo(2);
        second.submit("relaxed", Keys.ofLong(3)).get(20, SECONDS);
        second.halt();
        Host third = start(server().within(never), levelDb(), new Writer());
        assertThat(number(third.submit("count", NOTHING).get(20, SECONDS))).isEqualTo(2);
    }
}
