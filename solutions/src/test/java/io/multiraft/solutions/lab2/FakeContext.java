// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import io.grpc.MethodDescriptor;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.NodeContext;
import io.multiraft.node.TraceEvent;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The world of one node, played by the test: time passes when it says so, calls wait to be answered by it. */
final class FakeContext implements NodeContext {

    /** A call that the node has made. */
    record Call(Address to, Object request, Consumer<Object> onReply) {}

    private record Timer(long atMicros, Runnable task) {}

    final List<Call> calls = new ArrayList<>();
    private final MemoryStorage storage;
    private final Random random;
    private final Map<String, Timer> timers = new TreeMap<>();
    private long nowMicros;

    FakeContext() {
        this(new MemoryStorage(MemoryStorage.Image.EMPTY), 1);
    }

    FakeContext(MemoryStorage storage, long seed) {
        this.storage = storage;
        this.random = new Random(seed);
    }

    /** Lets time pass; timers run out in order. */
    void pass(long millis) {
        long until = nowMicros + millis * 1_000;
        Optional<Map.Entry<String, Timer>> next = nextTimer();
        while (next.isPresent() && next.get().getValue().atMicros() <= until) {
            timers.remove(next.get().getKey());
            nowMicros = next.get().getValue().atMicros();
            next.get().getValue().task().run();
            next = nextTimer();
        }
        nowMicros = until;
    }

    private Optional<Map.Entry<String, Timer>> nextTimer() {
        return timers.entrySet().stream()
                .min(Comparator.comparingLong(entry -> entry.getValue().atMicros()));
    }

    /** Number of timers that are set. */
    int timers() {
        return timers.size();
    }

    Call lastCall() {
        return calls.get(calls.size() - 1);
    }

    MemoryStorage.Image image() {
        return storage.image();
    }

    @Override
    public Address self() {
        return new Address("n1");
    }

    @Override
    public long nowMicros() {
        return nowMicros;
    }

    @Override
    public void setTimer(String name, Duration delay, Runnable task) {
        timers.put(name, new Timer(nowMicros + delay.toNanos() / 1_000, task));
    }

    @Override
    public void cancelTimer(String name) {
        timers.remove(name);
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Storage storage() {
        return storage;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <Q, R> void call(
            Address peer, MethodDescriptor<Q, R> rpc, Q request, CallOptions options, Consumer<R> onReply) {
        calls.add(new Call(peer, request, reply -> onReply.accept((R) reply)));
    }

    @Override
    public void trace(TraceEvent event) {
        // for people
    }
}
