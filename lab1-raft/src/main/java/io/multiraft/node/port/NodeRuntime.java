// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node.port;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.multiraft.node.Address;
import io.multiraft.node.CallOptions;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Reply;
import io.multiraft.node.Services;
import io.multiraft.node.TraceEvent;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Storage;
import io.multiraft.storage.StorageView;
import io.multiraft.storage.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Runs a {@link Node} in this process behind the port: keeps its handlers, timers and waiting calls, serialises its
 * messages, and collects what it does as effects.
 */
public final class NodeRuntime implements NodePort {

    /** Makes the node of one incarnation; {@code report} lets the program around the node's own code add effects. */
    @FunctionalInterface
    public interface Boot {
        /** The node, not yet started. */
        Node create(Consumer<NodeEffect> report);
    }

    private final Address self;
    private final Node node;
    private final Storage storage;
    private final RandomGenerator random;
    private final Context context = new Context();

    private final Map<String, Handler> handlers = new HashMap<>();
    private final Map<String, BiConsumer<ByteString, Reply<ByteString>>> taskHandlers = new HashMap<>();
    private final Map<String, Runnable> timers = new HashMap<>();
    private final Map<Long, WaitingCall> waitingCalls = new LinkedHashMap<>();

    private List<NodeEffect> effects = new ArrayList<>();
    private long now;
    private long lastCallId;
    private boolean starting;

    /**
     * A node that waits for its {@link NodeEvent.Start}.
     *
     * @param storage what the node finds; the runtime writes to it during events, and reports each write as an effect
     * @param random the node's source of chance
     */
    public NodeRuntime(Address self, Boot boot, Storage storage, RandomGenerator random) {
        this.self = self;
        this.storage = storage;
        this.random = random;
        this.node = boot.create(effect -> effects.add(effect));
    }

    @Override
    public List<NodeEffect> deliver(NodeEvent event, long nowMicros) {
        now = nowMicros;
        if (event instanceof NodeEvent.Request request) {
            deliverRequest(request);
        } else if (event instanceof NodeEvent.Reply reply) {
            WaitingCall call = waitingCalls.remove(reply.callId());
            if (call != null && now <= call.deadline) {
                call.onReply.accept(reply.payload());
            }
        } else if (event instanceof NodeEvent.TimerFired timer) {
            Runnable task = timers.remove(timer.name());
            if (task != null) {
                task.run();
            }
        } else if (event instanceof NodeEvent.Task task) {
            deliverTask(task);
        } else if (event instanceof NodeEvent.Start) {
            starting = true;
            node.start(context, new Registry());
            starting = false;
        }
        List<NodeEffect> done = effects;
        effects = new ArrayList<>();
        return done;
    }

    private void deliverRequest(NodeEvent.Request request) {
        Handler handler = handlers.get(request.method());
        if (handler != null) { // otherwise the method is not served here, and the caller hears nothing
            handler.handle(request.requestId(), request.payload());
        }
    }

    private void deliverTask(NodeEvent.Task task) {
        BiConsumer<ByteString, Reply<ByteString>> handler = taskHandlers.get(task.name());
        if (handler == null) {
            throw new IllegalStateException(self + " has no task named " + task.name());
        }
        handler.accept(
                task.argument(), new OnceReply<>(result -> add(new NodeEffect.TaskResult(task.taskId(), result))));
    }

    private void add(NodeEffect effect) {
        effects.add(effect);
    }

    private void forgetOverdueCalls() {
        // calls are made in order of time, and nearly all with the same deadline: look at the oldest ones only
        Iterator<WaitingCall> oldest = waitingCalls.values().iterator();
        while (oldest.hasNext() && oldest.next().deadline < now) {
            oldest.remove();
        }
    }

    private static ByteString encode(Object message) {
        return ((MessageLite) Objects.requireNonNull(message, "a message that is to be sent is null")).toByteString();
    }

    @SuppressWarnings("unchecked")
    private static <M> M decode(MethodDescriptor.Marshaller<M> marshaller, ByteString payload) {
        MessageLite prototype = (MessageLite) ((PrototypeMarshaller<M>) marshaller).getMessagePrototype();
        try {
            return (M) prototype.getParserForType().parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a " + prototype.getClass().getSimpleName(), e);
        }
    }

    private interface Handler {
        void handle(long requestId, ByteString payload);
    }

    private record WaitingCall(long deadline, Consumer<ByteString> onReply) {}

    /** Passes the first answer on and refuses a second one. */
    private static final class OnceReply<R> implements Reply<R> {
        private final Consumer<R> answer;
        private boolean sent;

        OnceReply(Consumer<R> answer) {
            this.answer = answer;
        }

        @Override
        public void send(R reply) {
            if (sent) {
                throw new IllegalStateException("this call was answered already");
            }
            sent = true;
            answer.accept(reply);
        }
    }

    private final class Registry implements Services {
        @Override
        public <Q, R> void handle(MethodDescriptor<Q, R> rpc, Function<Q, R> handler) {
            handleLater(rpc, (request, reply) -> reply.send(handler.apply(request)));
        }

        @Override
        public <Q, R> void handleLater(MethodDescriptor<Q, R> rpc, BiConsumer<Q, Reply<R>> handler) {
            register(
                    handlers,
                    rpc.getFullMethodName(),
                    (requestId, payload) -> handler.accept(
                            decode(rpc.getRequestMarshaller(), payload),
                            new OnceReply<>(reply -> add(new NodeEffect.Reply(requestId, encode(reply))))));
        }

        @Override
        public void handleTask(String name, BiConsumer<ByteString, Reply<ByteString>> handler) {
            register(taskHandlers, name, handler);
        }

        private <H> void register(Map<String, H> registry, String name, H handler) {
            if (!starting) {
                throw new IllegalStateException("handlers are registered in start, not later: " + name);
            }
            if (registry.putIfAbsent(name, handler) != null) {
                throw new IllegalStateException(name + " already has a handler");
            }
        }
    }

    private final class Context implements NodeContext {
        private final Storage recordedStorage = new RecordedStorage();

        @Override
        public Address self() {
            return self;
        }

        @Override
        public long nowMicros() {
            return now;
        }

        @Override
        public void setTimer(String name, Duration delay, Runnable task) {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("the delay of timer " + name + " is negative: " + delay);
            }
            timers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(task, "task"));
            add(new NodeEffect.SetTimer(name, delay.toNanos() / 1_000));
        }

        @Override
        public void cancelTimer(String name) {
            if (timers.remove(name) != null) {
                add(new NodeEffect.CancelTimer(name));
            }
        }

        @Override
        public RandomGenerator random() {
            return random;
        }

        @Override
        public Storage storage() {
            return recordedStorage;
        }

        @Override
        public <Q, R> void call(
                Address peer, MethodDescriptor<Q, R> rpc, Q request, CallOptions options, Consumer<R> onReply) {
            forgetOverdueCalls();
            long deadline = options.deadline().toNanos() / 1_000;
            long callId = ++lastCallId;
            waitingCalls.put(
                    callId,
                    new WaitingCall(
                            now + deadline, payload -> onReply.accept(decode(rpc.getResponseMarshaller(), payload))));
            Objects.requireNonNull(peer, "peer");
            add(new NodeEffect.Call(callId, peer, rpc.getFullMethodName(), encode(request), deadline, options.early()));
        }

        @Override
        public void trace(TraceEvent event) {
            add(new NodeEffect.Traced(Objects.requireNonNull(event, "event")));
        }
    }

    private final class RecordedStorage implements Storage {
        @Override
        public void write(Durability durability, WriteBatch batch) {
            storage.write(durability, batch);
            add(new NodeEffect.Write(durability, batch));
        }

        @Override
        public Optional<ByteString> get(String keyspace, ByteString key) {
            return storage.get(keyspace, key);
        }

        @Override
        public Cursor scan(String keyspace, ByteString from, ByteString to) {
            return storage.scan(keyspace, from, to);
        }

        @Override
        public StorageView view() {
            return storage.view();
        }
    }
}
