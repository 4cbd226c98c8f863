// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeEvent;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.Role;
import io.multiraft.raft.Snapshot;
import io.multiraft.raft.StateMachine;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.Storage;
import io.multiraft.storage.StoredRecord;
import io.multiraft.storage.WriteBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A Raft group on a message pump in virtual time: every message takes a millisecond and keeps its order, every durable
 * write is on disk at once. Members that are not booted are played by the test: what is sent to them waits in
 * {@link #sent}, and can be answered.
 */
final class TinyCluster {

    /** A request that left a node. */
    record Sent(Address from, Address to, long callId, String method, ByteString payload) {
        boolean is(MethodDescriptor<?, ?> rpc) {
            return method.equals(rpc.getFullMethodName());
        }

        <Q> Q as(MethodDescriptor<Q, ?> rpc) {
            return rpc.parseRequest(payload.newInput());
        }
    }

    private record Event(long atMicros, long order, Runnable action) {}

    private static final long DELAY_MICROS = 1_000;

    /** All requests that were sent so far, in order. */
    final List<Sent> sent = new ArrayList<>();

    private final RaftConfig config;
    private final Map<Address, Member> members = new HashMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMicros).thenComparingLong(Event::order));
    private Predicate<Sent> lost = request -> false;
    private BiConsumer<Raft, Long> duringApply = (raft, index) -> {};
    private BiConsumer<Raft, Role> onRole = (raft, role) -> {};
    private long now;
    private long scheduled;

    /** A group of {@code size}, {@code n1}, {@code n2}, …, none of them booted. */
    TinyCluster(int size, RaftOptions options) {
        this.config = new RaftConfig(
                IntStream.rangeClosed(1, size).mapToObj(TinyCluster::address).toList(), options);
        config.members().forEach(address -> members.put(address, new Member(address)));
    }

    /** A group of {@code size} with all members booted. */
    static TinyCluster booted(int size) {
        TinyCluster cluster = new TinyCluster(size, RaftOptions.DEFAULT);
        IntStream.rangeClosed(1, size).forEach(cluster::boot);
        return cluster;
    }

    static Address address(int number) {
        return new Address("n" + number);
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    /** Calls this from within every apply, with the index. */
    void duringApply(BiConsumer<Raft, Long> action) {
        duringApply = action;
    }

    /** Calls this at every change of a role. */
    void onRole(BiConsumer<Raft, Role> action) {
        onRole = action;
    }

    /** Loses the requests that fit, from now on. */
    void lose(Predicate<Sent> requests) {
        lost = requests;
    }

    /** Boots a member with what its disk holds. */
    void boot(int number) {
        member(number).boot();
    }

    /** A member loses power, and all that was not on its disk. */
    void crash(int number) {
        member(number).runtime = Optional.empty();
    }

    /** Writes to the disk of a member that is down. */
    void damage(int number, WriteBatch batch) {
        MemoryStorage disk = new MemoryStorage(member(number).disk);
        disk.write(Durability.DURABLE, batch);
        member(number).disk = disk.image();
    }

    /** Lets {@code millis} of virtual time pass. */
    void run(long millis) {
        long until = now + millis * 1_000;
        while (!events.isEmpty() && events.element().atMicros() <= until) {
            Event next = events.remove();
            now = next.atMicros();
            next.action().run();
        }
        now = until;
    }

    private void after(long micros, Runnable action) {
        events.add(new Event(now + micros, scheduled++, action));
    }

    // ---- driving one member ----------------------------------------------------------------------------------------

    /** Does something with the Raft of a member, on its event loop. */
    <R> R on(int number, Function<Raft, R> action) {
        List<R> results = new ArrayList<>();
        Member member = member(number);
        member.task = () -> results.add(action.apply(member.raft));
        member.deliver(new NodeEvent.Task(1, "task", ByteString.EMPTY));
        return results.get(0);
    }

    /** What a member answers to {@code request}. */
    <Q extends MessageLite, R> R ask(int number, MethodDescriptor<Q, R> rpc, Q request) {
        long requestId = -1 - scheduled++;
        Address stranger = new Address("test");
        NodeEvent.Request event =
                new NodeEvent.Request(requestId, stranger, rpc.getFullMethodName(), request.toByteString());
        for (NodeEffect effect : member(number).deliver(event)) {
            if (effect instanceof NodeEffect.Reply reply && reply.requestId() == requestId) {
                return rpc.parseResponse(reply.payload().newInput());
            }
        }
        throw new AssertionError(address(number) + " does not answer " + rpc.getFullMethodName());
    }

    /** Answers a request in place of a member that is not booted. */
    void answer(Sent request, MessageLite reply) {
        members.get(request.from()).deliver(new NodeEvent.Reply(request.callId(), reply.toByteString()));
    }

    // ---- what is seen ----------------------------------------------------------------------------------------------

    /** The only leader of the highest term. */
    int leader() {
        List<Integer> leaders = IntStream.rangeClosed(1, config.members().size())
                .filter(number -> member(number).runtime.isPresent())
                .filter(number -> member(number).raft.status().role() == Role.LEADER)
                .boxed()
                .toList();
        if (leaders.size() != 1) {
            throw new AssertionError("leaders: " + leaders);
        }
        return leaders.get(0);
    }

    /** A member that does not lead. */
    int follower() {
        return leader() % config.members().size() + 1;
    }

    Raft raft(int number) {
        return member(number).raft;
    }

    /** All commands that a member's state holds, in the order of their indices. */
    List<String> state(int number) {
        return member(number).machine.commands();
    }

    /** The commands that a member has applied in this incarnation, not those that came with a snapshot. */
    List<String> applied(int number) {
        return member(number).machine.applied;
    }

    /** What the disk of a member holds. */
    MemoryStorage.Image disk(int number) {
        return member(number).disk;
    }

    private Member member(int number) {
        return members.get(address(number));
    }

    // ---- members ---------------------------------------------------------------------------------------------------

    private final class Member {
        private final Address address;
        private final Map<String, Long> alarms = new HashMap<>();
        private final Map<Long, Consumer<ByteString>> callers = new HashMap<>();
        private MemoryStorage.Image disk = MemoryStorage.Image.EMPTY;
        private MemoryStorage storage = new MemoryStorage(disk);
        private Optional<NodeRuntime> runtime = Optional.empty();
        private ListMachine machine;
        private Raft raft;
        private Runnable task = () -> {};

        Member(Address address) {
            this.address = address;
        }

        void boot() {
            alarms.clear();
            storage = new MemoryStorage(disk);
            Random random = new Random(address.text().hashCode());
            runtime = Optional.of(new NodeRuntime(address, report -> new Host(this), storage, random));
            deliver(new NodeEvent.Start());
        }

        List<NodeEffect> deliver(NodeEvent event) {
            List<NodeEffect> effects = runtime.orElseThrow().deliver(event, now);
            if (effects.stream().anyMatch(Member::isDurable)) {
                disk = storage.image();
            }
            NodeRuntime incarnation = runtime.orElseThrow();
            effects.forEach(effect -> carryOut(effect, incarnation));
            return effects;
        }

        private static boolean isDurable(NodeEffect effect) {
            return effect instanceof NodeEffect.Write write && write.durability() == Durability.DURABLE;
        }

        private void carryOut(NodeEffect effect, NodeRuntime incarnation) {
            if (effect instanceof NodeEffect.SetTimer timer) {
                long alarm = scheduled;
                alarms.put(timer.name(), alarm);
                after(timer.delayMicros(), () -> {
                    if (isStill(incarnation) && alarms.getOrDefault(timer.name(), -1L) == alarm) {
                        deliver(new NodeEvent.TimerFired(timer.name()));
                    }
                });
            } else if (effect instanceof NodeEffect.CancelTimer timer) {
                alarms.remove(timer.name());
            } else if (effect instanceof NodeEffect.Call call) {
                call(call, incarnation);
            } else if (effect instanceof NodeEffect.Reply reply && callers.containsKey(reply.requestId())) {
                callers.remove(reply.requestId()).accept(reply.payload());
            }
        }

        private boolean isStill(NodeRuntime incarnation) {
            return runtime.filter(present -> present == incarnation).isPresent();
        }

        private void call(NodeEffect.Call call, NodeRuntime incarnation) {
            Sent request = new Sent(address, call.to(), call.callId(), call.method(), call.payload());
            sent.add(request);
            Member callee = members.get(call.to());
            if (lost.test(request)) {
                return;
            }
            after(DELAY_MICROS, () -> {
                if (callee.runtime.isPresent()) {
                    long requestId = scheduled++;
                    callee.callers.put(
                            requestId,
                            reply -> after(DELAY_MICROS, () -> {
                                if (isStill(incarnation)) {
                                    deliver(new NodeEvent.Reply(call.callId(), reply));
                                }
                            }));
                    callee.deliver(new NodeEvent.Request(requestId, address, call.method(), call.payload()));
                }
            });
        }
    }

    /** The service around the Raft of a member. */
    private final class Host implements Node {
        private final Member member;

        Host(Member member) {
            this.member = member;
        }

        @Override
        public void start(NodeContext context, Services services) {
            member.machine = new ListMachine(context.storage(), index -> duringApply.accept(member.raft, index));
            member.raft = new RaftNodeFactory()
                    .create(config, member.machine, (term, role) -> onRole.accept(member.raft, role));
            services.handleTask("task", (argument, reply) -> {
                member.task.run();
                reply.send(ByteString.EMPTY);
            });
            member.raft.start(context, services);
        }
    }

    /** Keeps all commands, by index. */
    private static final class ListMachine implements StateMachine {
        private static final ByteString APPLIED_INDEX = Keys.ofText("appliedIndex");
        private static final ByteString COMMAND = Keys.ofText("command/");

        private final Storage storage;
        private final LongConsumer duringApply;
        private final List<String> applied = new ArrayList<>();

        ListMachine(Storage storage, LongConsumer duringApply) {
            this.storage = storage;
            this.duringApply = duringApply;
        }

        @Override
        public long appliedIndex() {
            return storage.get(KEYSPACE, APPLIED_INDEX)
                    .map(bytes -> Keys.toLong(bytes, 0))
                    .orElse(0L);
        }

        @Override
        public void apply(long index, ByteString command) {
            if (index != appliedIndex() + 1) {
                throw new IllegalStateException("index " + index + " is applied behind " + appliedIndex());
            }
            storage.write(
                    Durability.RELAXED,
                    WriteBatch.builder()
                            .put(KEYSPACE, APPLIED_INDEX, Keys.ofLong(index))
                            .put(KEYSPACE, COMMAND.concat(Keys.ofLong(index)), command)
                            .build());
            applied.add(command.toStringUtf8());
            duringApply.accept(index);
        }

        @Override
        public Snapshot snapshot() {
            return new Snapshot(appliedIndex(), storage.view());
        }

        @Override
        public void install(long lastIncludedIndex, String keyspace) {
            storage.write(
                    Durability.RELAXED,
                    WriteBatch.builder().replace(KEYSPACE, keyspace).build());
            if (appliedIndex() != lastIncludedIndex) {
                throw new IllegalStateException(
                        "a snapshot up to index " + lastIncludedIndex + " holds the state at " + appliedIndex());
            }
        }

        List<String> commands() {
            List<String> commands = new ArrayList<>();
            try (Cursor records = storage.scan(KEYSPACE, COMMAND, ByteString.EMPTY)) {
                while (records.hasNext()) {
                    StoredRecord stored = records.next();
                    commands.add(stored.value().toStringUtf8());
                }
            }
            return commands;
        }
    }
}
