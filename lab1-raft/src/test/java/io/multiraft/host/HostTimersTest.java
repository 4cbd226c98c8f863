// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.host.storage.VolatileStorage;
import io.multiraft.host.transport.TransportLimits;
import io.multiraft.node.Address;
import io.multiraft.node.NodeContext;
import io.multiraft.node.TraceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Timers and traces. */
class HostTimersTest extends RealHosts {
    private record Rang(String name) implements TraceEvent {}

    @Test
    void timersRingInOrderAndATimerThatIsSetAgainRingsOnce() throws Exception {
        ConcurrentLinkedQueue<String> rang = new ConcurrentLinkedQueue<>();
        CountDownLatch end = new CountDownLatch(1);
        HostListener listener = new HostListener() {
            @Override
            public void traced(Address node, long nowMicros, TraceEvent event) {
                rang.add(event.toString());
                if (event.equals(new Rang("end"))) {
                    end.countDown(); // traces are heard after the event that made them
                }
            }
        };
        start(server().heardBy(listener), new VolatileStorage(), (context, services) -> {
            ring(context, "end", 60, () -> {});
            ring(context, "late", 40, () -> {});
            ring(context, "again", 10, () -> {});
            ring(context, "again", 50, () -> {});
            ring(context, "never", 20, () -> {});
            ring(context, "at once", 0, () -> context.cancelTimer("never"));
        });
        assertThat(end.await(20, SECONDS)).isTrue();
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
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)).get(20, SECONDS);
        node.stop();
        assertThat(rounds.get()).isBetween(1, 3);
    }

    @Test
    void aTimerThatBecomesDueWhileTheNodeIsBusyWaitsForWhatHasArrivedMeanwhile() throws Exception {
        List<String> diary = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch rang = new CountDownLatch(1);
        HostLimits oneByOne = new HostLimits(
                1, 4 << 20, Duration.ofMillis(10), 1 << 20, 1_000, Duration.ZERO, TransportLimits.DEFAULT);
        Host node = start(server().within(oneByOne), new VolatileStorage(), (context, services) -> {
            services.handleTask("many entries", (argument, reply) -> {
                context.setTimer("election", Duration.ofMillis(1), () -> {
                    diary.add("election");
                    rang.countDown();
                });
                begun.countDown();
                await(goOn);
                diary.add("many entries");
                reply.send(argument);
            });
            services.handleTask("heartbeat", (argument, reply) -> {
                diary.add("heartbeat");
                reply.send(argument);
            });
        });
        List<CompletableFuture<ByteString>> results = new ArrayList<>();
        results.add(node.submit("many entries", NOTHING));
        await(begun);
        results.add(node.submit("heartbeat", NOTHING));
        Thread.sleep(20); // the timer is due long since
        goOn.countDown();
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)).get(20, SECONDS);
        assertThat(rang.await(20, SECONDS)).isTrue();
        assertThat(diary).containsExactly("many entries", "heartbeat", "election");
    }
}
