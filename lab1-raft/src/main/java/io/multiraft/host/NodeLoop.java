// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import com.google.protobuf.ByteString;
import io.multiraft.host.storage.DurableStorage;
import io.multiraft.host.transport.Inbox;
import io.multiraft.node.Address;
import io.multiraft.node.TraceEvent;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeEvent;
import io.multiraft.node.port.NodePort;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The event loop of a node: takes what waits, lets the node handle it, makes it durable, and releases what it did. All of
 * it on the event loop's thread, except {@link #submit}.
 *
 * <pre>
 * drain    the node handles a batch of what waits, then the timers that were due before
 *          early calls leave
 * barrier  one synced commit, if anything durable was written: as a further task if early calls have left, because a send
 *          on this thread only takes effect when the present task ends
 *          all other output leaves, one frame to each destination
 * </pre>
 */
final class NodeLoop {
    private final EventLoop loop;
    private final DurableStorage storage;
    private final Output output;
    private final HostLimits limits;
    private final TraceListener listener;
    private final BiConsumer<String, Throwable> onFailure;
    private final long bootNanos = System.nanoTime();

    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private final Timers timers = new Timers();
    private Optional<NodePort> node = Optional.empty();
    private boolean ended;
    private boolean barrierScheduled;
    private boolean relaxedScheduled;
    private long wakeMicros = Long.MAX_VALUE;

    /** Something that waits to be handled; {@code bytes} are those of its message. */
    private record Arrival(int bytes, Runnable handle) {}

    /** Hears what the node tells about itself, and when. */
    interface TraceListener {
        /** The node has told something. */
        void traced(long nowMicros, TraceEvent event);
    }

    /**
     * A loop without a node: what arrives waits for it.
     *
     * @param onFailure told what the node was doing when it, or its disk, failed; the loop has ended then
     */
    NodeLoop(
            EventLoop loop,
            DurableStorage storage,
            Output output,
            HostLimits limits,
            TraceListener listener,
            BiConsumer<String, Throwable> onFailure) {
        this.loop = loop;
        this.storage = storage;
        this.output = output;
        this.limits = limits;
        this.listener = listener;
        this.onFailure = onFailure;
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    /** Boots the node that {@code boot} makes, unless the loop has ended; its start is the first event of all. */
    void start(Supplier<NodePort> boot) {
        if (ended) {
            return;
        }
        try {
            node = Optional.of(boot.get());
        } catch (Throwable e) { // as in deliver
            fail("its making", e);
        }
        deliver(new NodeEvent.Start());
        afterEvents();
    }

    /** Another node or a client calls. */
    void request(Address from, String method, ByteString payload, Inbox.Answer answer, Runnable handled) {
        arrive(payload.size(), () -> {
            deliver(new NodeEvent.Request(output.await(answer), from, method, payload));
            handled.run();
        });
    }

    /** A call is answered. */
    void reply(long callId, ByteString payload, Runnable handled) {
        arrive(payload.size(), () -> {
            deliver(new NodeEvent.Reply(callId, payload));
            handled.run();
        });
    }

    /** Work is submitted; from any thread. */
    void submit(String task, ByteString argument, CompletableFuture<ByteString> result) {
        arrive(argument.size(), () -> deliver(new NodeEvent.Task(output.await(result), task, argument)));
    }

    private void arrive(int bytes, Runnable handle) {
        arrivals.add(new Arrival(bytes, handle));
        scheduleDrain();
    }

    /**
     * From now on nothing happens to the node any more.
     *
     * @param save whether what is not on disk yet is to be put there
     */
    void end(boolean save) {
        if (!ended && save) {
            commit();
        }
        ended = true;
        arrivals.clear();
    }

    // ---- a batch of events -----------------------------------------------------------------------------------------

    private void scheduleDrain() {
        if (drainScheduled.compareAndSet(false, true)) {
            loop.execute(guarded(this::drain));
        }
    }

    private void drain() {
        drainScheduled.set(false);
        if (ended || barrierScheduled || node.isEmpty()) {
            return; // the barrier, or the start, will come back to it
        }
        long beginning = nowMicros();
        handleArrivals();
        handleTimers(beginning);
        afterEvents();
    }

    private void handleArrivals() {
        int bytes = 0;
        for (int i = 0; i < limits.batchEvents() && bytes < limits.batchBytes() && !ended; i++) {
            Arrival arrival = arrivals.poll();
            if (arrival == null) {
                return;
            }
            bytes += arrival.bytes();
            arrival.handle().run();
        }
    }

    /**
     * A timer that has become due while the node was busy waits until it has handled what has arrived meanwhile: a follower
     * that takes long for many entries must not miss the heartbeats that are there already.
     */
    private void handleTimers(long dueMicros) {
        for (int i = 0; i < limits.batchEvents() && !ended; i++) {
            Optional<String> due = timers.takeDue(dueMicros);
            if (due.isEmpty()) {
                return;
            }
            deliver(new NodeEvent.TimerFired(due.get()));
        }
    }

    private void deliver(NodeEvent event) {
        if (ended) {
            return;
        }
        long now = nowMicros();
        try {
            for (NodeEffect effect : node.orElseThrow().deliver(event, now)) {
                carryOut(effect, now);
            }
        } catch (Throwable e) { // whatever it is: the node's code must not take the process with it
            fail(event.summary(), e);
        }
    }

    private void carryOut(NodeEffect effect, long now) {
        if (effect instanceof NodeEffect.SetTimer timer) {
            timers.set(timer.name(), now + timer.delayMicros());
        } else if (effect instanceof NodeEffect.CancelTimer timer) {
            timers.cancel(timer.name());
        } else if (effect instanceof NodeEffect.Traced traced) {
            listener.traced(now, traced.event());
        } else {
            // writes are in the storage already, and reports are for those who judge: both are passed over on release
            output.add(effect);
        }
    }

    private long nowMicros() {
        return (System.nanoTime() - bootNanos) / 1_000;
    }

    // ---- durability ------------------------------------------------------------------------------------------------

    private void afterEvents() {
        if (ended) {
            return;
        }
        if (output.hasEarly() && storage.unsaved().durable()) {
            output.releaseEarly();
            barrierScheduled = true;
            loop.execute(guarded(this::barrier));
        } else {
            barrier();
        }
    }

    private void barrier() {
        barrierScheduled = false;
        if (ended) {
            return;
        }
        DurableStorage.Unsaved unsaved = storage.unsaved();
        if ((unsaved.durable() || unsaved.bytes() >= limits.relaxedBytes()) && !commit()) {
            return;
        }
        output.release();
        tidy();
        goOn();
    }

    /** Whether all is on disk now; otherwise the node has failed. */
    private boolean commit() {
        try {
            storage.commit();
            return true;
        } catch (Throwable e) { // as in deliver
            fail("a commit", e);
            return false;
        }
    }

    /** A piece of the storage's own work; what it writes rides along later. */
    private void tidy() {
        try {
            storage.tidy();
        } catch (Throwable e) { // as in deliver
            fail("tidying up the disk", e);
        }
    }

    private void saveRelaxed() {
        relaxedScheduled = false;
        if (!ended && !barrierScheduled && storage.unsaved().bytes() > 0 && commit()) {
            tidy();
            goOn();
        }
    }

    /** Sees to it that the loop is run again when there is a reason. */
    private void goOn() {
        if (ended) {
            return;
        }
        if (storage.unsaved().bytes() > 0 && !relaxedScheduled) {
            relaxedScheduled = true;
            schedule(
                    this::saveRelaxed,
                    TimeUnit.NANOSECONDS.toMicros(limits.relaxedTime().toNanos()));
        }
        if (!arrivals.isEmpty()) {
            scheduleDrain();
        }
        wakeForTimers();
    }

    private void wakeForTimers() {
        long next = timers.next().orElse(Long.MAX_VALUE);
        if (next < wakeMicros) {
            wakeMicros = next;
            schedule(() -> wake(next), Math.max(0, next - nowMicros()));
        }
    }

    private void wake(long forMicros) {
        if (wakeMicros == forMicros) { // otherwise an earlier wake-up has taken its place
            wakeMicros = Long.MAX_VALUE;
            scheduleDrain();
        }
    }

    private void schedule(Runnable task, long delayMicros) {
        Future<?> unused = loop.schedule(guarded(task), delayMicros, TimeUnit.MICROSECONDS);
    }

    /** A task whose failure is the node's: a loop that has lost its place must not go on. */
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                fail("what its host does", e);
            }
        };
    }

    private void fail(String during, Throwable cause) {
        ended = true;
        onFailure.accept(during, cause);
    }
}
