// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import com.google.protobuf.ByteString;
import io.multiraft.host.storage.DurableStorage;
import io.multiraft.host.transport.Inbox;
import io.multiraft.host.transport.Transport;
import io.multiraft.node.Address;
import io.multiraft.node.TraceEvent;
import io.multiraft.node.port.NodeRuntime;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * One node in this process, with network, disk and clock: listens from {@link #open} on, runs its node from {@link #start}
 * on, until {@link #stop}, {@link #halt} or a failure of the node. Several can live in one process; each has a thread of its
 * own. Methods may be called from any thread, {@link #stop} and {@link #halt} from any but the node's own.
 *
 * <pre>{@code
 * Host host = Host.open(HostConfig.server(address, RaftServiceGrpc.getServiceDescriptor()), storage);
 * host.start(report -> new MyNode(members)).join();
 * ByteString result = host.submit("put", argument).get(5, SECONDS);
 * host.stop();
 * }</pre>
 */
public final class Host implements AutoCloseable {
    private static final long LAST_TASKS_MILLIS = 20;
    private static final long PATIENCE_SECONDS = 10;

    private final HostConfig config;
    private final DurableStorage storage;
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final Transport transport;
    private final Address address;
    private final Address listening;
    private final NodeLoop nodeLoop;
    private final StartGate startGate;
    private final Map<Long, CompletableFuture<?>> unanswered = new ConcurrentHashMap<>();
    private final AtomicLong lastAsked = new AtomicLong();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile Optional<Throwable> failure = Optional.empty();
    private volatile boolean over;

    private Host(HostConfig config, DurableStorage storage) throws IOException {
        this.config = config;
        this.storage = storage;
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("node " + config.self(), true), NioIoHandler.newFactory());
        this.loop = group.next();
        this.startGate = new StartGate(config.peers());
        this.transport = new Transport(
                config.self(), config.routes(), loop, config.limits().transport(), new Arrivals());
        Output output = new Output(transport, config.limits().openRequests());
        this.nodeLoop = new NodeLoop(loop, storage, output, config.limits(), this::traced, this::fail);
        try {
            this.listening = config.serves() ? transport.serve(config.services()) : config.self();
            this.address = config.routes().listen().isPresent() ? config.self() : listening;
        } catch (IOException | RuntimeException e) {
            shutDown(Ending.HALT);
            throw e;
        }
    }

    /**
     * A host that listens, and holds what arrives until its node is started.
     *
     * @param storage belongs to the host from now on: it closes it when it stops, also if this fails
     * @throws IOException if it cannot listen; the message is one line for people
     */
    public static Host open(HostConfig config, DurableStorage storage) throws IOException {
        return new Host(config, storage);
    }

    /** The node's address, with the port that the system chose if it was asked to. */
    public Address address() {
        return address;
    }

    /** Where it listens: at the node's address, unless its {@link HostConfig#routes} say otherwise. */
    public Address listening() {
        return listening;
    }

    /**
     * Makes the node and lets it start, once: at once, or if it has {@link HostConfig#peers} as soon as one of them calls
     * it, or all of them have made contact, or {@link HostLimits#startPatience} is over. Until then what arrives waits.
     * Reports of the node ({@link io.multiraft.node.port.NodeEffect.Report}) are passed over: they are for those who judge it.
     *
     * @return done when the node has handled its start; failed if it could not, and the host has stopped then
     * @throws IllegalStateException if it was started before
     */
    public CompletableFuture<Void> start(NodeRuntime.Boot boot) {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException(address + " was started before");
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        RandomGenerator random = RandomGenerator.getDefault();
        onLoop(done, () -> {
            // as a task of its own, because the gate may open in the middle of what gRPC does
            startGate.whenOpen(() -> loop.execute(() -> {
                nodeLoop.start(() -> new NodeRuntime(address, boot, storage, random));
                done.complete(null); // has no effect if it has failed
            }));
            config.peers().forEach(transport::makeContact);
            Future<?> unused = loop.schedule(
                    startGate::open, config.limits().startPatience().toNanos(), TimeUnit.NANOSECONDS);
        });
        return done;
    }

    /**
     * Hands work to the node, which must have a task handler of that name ({@link io.multiraft.node.Services#handleTask}).
     *
     * @return the node's answer, after the barrier; perhaps never, as a node need not answer: the caller sets a limit. Fails
     *     with {@link HostStoppedException} if the node stops before. Completed on the node's thread: what follows must not
     *     block it
     */
    public CompletableFuture<ByteString> submit(String task, ByteString argument) {
        CompletableFuture<ByteString> result = new CompletableFuture<>();
        track(result, () -> nodeLoop.submit(task, argument, result));
        return result;
    }

    /** Done when the host has stopped, for whatever reason; its port and its directory are free then. */
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    /**
     * Stops the node between two events and saves what it has written, relaxed writes too. Does nothing if it has stopped
     * already. Returns when port and directory are free again.
     *
     * @throws IllegalStateException if that takes too long, because the node's code does not return
     */
    public void stop() {
        end(Ending.SAVE);
    }

    /** Stops the node as a crash of its process would: what is not on disk is lost. Otherwise like {@link #stop}. */
    public void halt() {
        end(Ending.HALT);
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    private enum Ending {
        SAVE,
        HALT
    }

    private void end(Ending ending) {
        if (loop.inEventLoop()) {
            throw new IllegalStateException("a node cannot wait for its own end");
        }
        try {
            loop.execute(() -> shutDown(ending));
        } catch (RejectedExecutionException e) {
            // it has stopped already, or is about to
        }
        try {
            stopped.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(address + " does not stop", e);
        }
    }

    private void fail(String during, Throwable cause) {
        failure = Optional.of(cause);
        shutDown(Ending.HALT);
        config.listener().failed(address, during, cause);
    }

    private void shutDown(Ending ending) {
        if (over) {
            return;
        }
        over = true;
        nodeLoop.end(ending == Ending.SAVE);
        transport.close();
        closeStorage();
        unanswered.values().forEach(this::abandon);
        // a short while for gRPC's own last tasks, which would be refused otherwise
        group.shutdownGracefully(LAST_TASKS_MILLIS, TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS), TimeUnit.MILLISECONDS)
                .addListener(done -> stopped.complete(null));
    }

    private void closeStorage() {
        try {
            storage.close();
        } catch (RuntimeException e) {
            config.listener().failed(address, "the end", e);
        }
    }

    private void abandon(CompletableFuture<?> result) {
        result.completeExceptionally(new HostStoppedException(address, failure));
    }

    private void onLoop(CompletableFuture<?> result, Runnable action) {
        track(result, () -> loop.execute(action));
    }

    /** Does what {@code result} will come from; it fails at the latest when the host stops. */
    private void track(CompletableFuture<?> result, Runnable action) {
        long id = lastAsked.incrementAndGet();
        unanswered.put(id, result);
        CompletableFuture<?> unused = result.whenComplete((value, error) -> unanswered.remove(id));
        try {
            action.run();
        } catch (RejectedExecutionException e) {
            abandon(result);
        }
        if (over) {
            abandon(result);
        }
    }

    private void traced(long nowMicros, TraceEvent event) {
        config.listener().traced(address, nowMicros, event);
    }

    /** What the transport brings. */
    private final class Arrivals implements Inbox {
        @Override
        public void request(Address from, String method, ByteString payload, Answer answer, Runnable handled) {
            nodeLoop.request(from, method, payload, answer, handled);
            startGate.called(from);
        }

        @Override
        public void contact(Address from) {
            startGate.contact(from);
        }

        @Override
        public void reply(long callId, ByteString payload, Runnable handled) {
            nodeLoop.reply(callId, payload, handled);
        }

        @Override
        public void dropped(Address peer, String method, String reason) {
            config.listener().dropped(address, peer, method, reason);
        }
    }
}
