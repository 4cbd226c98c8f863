// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.KvServer;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeEvent;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.raft.RaftStatus;
import io.multiraft.raft.Role;
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.ServiceOptions;
import io.multiraft.solutions.lab1.RaftNodeFactory;
import io.multiraft.storage.Durability;
import io.multiraft.storage.MemoryStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Servers of the store and clients on a message pump in virtual time. Messages take 1 to 5 ms, and can be lost or come
 * twice; a server that crashes loses what was not written durably.
 */
final class TinyKvCluster {
    /** Of the clients: longer than any test takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private record Event(long atMicros, long order, Runnable action) {}

    private final List<Address> servers;
    private final ServiceOptions options;
    private final Random random;
    private final Map<Address, Member> members = new TreeMap<>();
    private final Map<Address, ReplicatedService> services = new HashMap<>();
    private final Map<Long, Consumer<KvResult>> results = new HashMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMicros).thenComparingLong(Event::order));
    private long now;
    private long order;
    private double lossRate;
    private double duplicateRate;

    TinyKvCluster(int size, ServiceOptions options, long seed) {
        this.servers = IntStream.rangeClosed(1, size)
                .mapToObj(number -> new Address("n" + number))
                .toList();
        this.options = options;
        this.random = new Random(seed);
        servers.forEach(server -> {
            members.put(server, new Member(server, () -> server(server)));
            boot(server);
        });
    }

    private Node server(Address address) {
        ReplicatedService service = new ReplicaFactory()
                .create(new RaftNodeFactory(), servers, new StoreFactory().create(KvLimits.DEFAULT), options);
        services.put(address, service);
        return new KvServer(service);
    }

    // ---- what happens ----------------------------------------------------------------------------------------------

    /** From now on messages are lost, and come twice, at these rates. */
    void disturb(double loss, double duplicates) {
        lossRate = loss;
        duplicateRate = duplicates;
    }

    void boot(Address server) {
        members.get(server).boot();
    }

    void crash(Address server) {
        members.get(server).runtime = Optional.empty();
    }

    /** A client that does as it is told with {@link #execute}. */
    Address client(String name) {
        Address address = new Address(name);
        members.put(address, new Member(address, () -> new ClientNode(servers)));
        members.get(address).boot();
        return address;
    }

    void execute(Address client, KvCommand command, Consumer<KvResult> onResult) {
        long id = order++;
        results.put(id, onResult);
        members.get(client).deliver(new NodeEvent.Task(id, "execute", command.toByteString()));
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
        events.add(new Event(now + micros, order++, action));
    }

    private void transmit(Runnable arrival) {
        if (random.nextDouble() >= lossRate) {
            after(random.nextLong(1_000, 5_000), arrival);
        }
        if (random.nextDouble() < duplicateRate) {
            after(random.nextLong(1_000, 500_000), arrival);
        }
    }

    // ---- what is seen ----------------------------------------------------------------------------------------------

    List<Address> servers() {
        return servers;
    }

    Optional<Address> leader() {
        return servers.stream()
                .filter(server -> members.get(server).runtime.isPresent())
                .filter(server -> status(server).role() == Role.LEADER)
                .max(Comparator.comparingLong(server -> status(server).term()));
    }

    RaftStatus status(Address server) {
        return services.get(server).status();
    }

    /** All records of the state machine of a server. */
    Map<ByteString, ByteString> state(Address server) {
        return members.get(server).storage.image().toMap().get("data");
    }

    // ---- nodes -----------------------------------------------------------------------------------------------------

    /** A client as a node, driven by tasks. */
    private final class ClientNode implements Node {
        private final KvClient client;

        ClientNode(List<Address> group) {
            this.client = new ClientFactory().create(group, KvClientOptions.DEFAULT.withDeadline(PATIENCE));
        }

        @Override
        public void start(NodeContext context, Services registry) {
            client.start(context, registry);
            registry.handleTask(
                    "execute",
                    (argument, reply) -> client.execute(decode(argument), result -> {
                        lastResult = result;
                        reply.send(ByteString.EMPTY);
                    }));
        }

        private static KvCommand decode(ByteString command) {
            try {
                return KvCommand.parseFrom(command);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }

    /** The result that the present event has brought; an event brings one at most. */
    private KvResult lastResult;

    private final class Member {
        private final Address address;
        private final Supplier<Node> program;
        private final Map<String, Long> alarms = new HashMap<>();
        private final Map<Long, Consumer<ByteString>> callers = new HashMap<>();
        private MemoryStorage.Image disk = MemoryStorage.Image.EMPTY;
        private MemoryStorage storage = new MemoryStorage(disk);
        private Optional<NodeRuntime> runtime = Optional.empty();

        Member(Address address, Supplier<Node> program) {
            this.address = address;
            this.program = program;
        }

        void boot() {
            alarms.clear();
            callers.clear();
            storage = new MemoryStorage(disk);
            runtime = Optional.of(
                    new NodeRuntime(address, report -> program.get(), storage, new Random(random.nextLong())));
            deliver(new NodeEvent.Start());
        }

        void deliver(NodeEvent event) {
            NodeRuntime incarnation = runtime.orElseThrow();
            List<NodeEffect> effects = incarnation.deliver(event, now);
            if (effects.stream().anyMatch(Member::isDurable)) {
                disk = storage.image();
            }
            new ArrayList<>(effects).forEach(effect -> carryOut(effect, incarnation));
        }

        private static boolean isDurable(NodeEffect effect) {
            return effect instanceof NodeEffect.Write write && write.durability() == Durability.DURABLE;
        }

        private void carryOut(NodeEffect effect, NodeRuntime incarnation) {
            if (effect instanceof NodeEffect.SetTimer timer) {
                long alarm = order;
                alarms.put(timer.name(), alarm);
                after(timer.delayMicros(), () -> {
                    if (isStill(incarnation) && alarms.getOrDefault(timer.name(), -1L) == alarm) {
                        deliver(new NodeEvent.TimerFired(timer.name()));
                    }
                });
            } else if (effect instanceof NodeEffect.CancelTimer timer) {
                alarms.remove(timer.name());
            } else if (effect instanceof NodeEffect.Call call) {
                transmit(() -> members.get(call.to()).request(call, this, incarnation));
            } else if (effect instanceof NodeEffect.Reply reply) {
                callers.remove(reply.requestId()).accept(reply.payload());
            } else if (effect instanceof NodeEffect.TaskResult task) {
                results.remove(task.taskId()).accept(lastResult);
            }
        }

        private void request(NodeEffect.Call call, Member caller, NodeRuntime callerIncarnation) {
            if (runtime.isEmpty()) {
                return;
            }
            long requestId = order++;
            callers.put(
                    requestId,
                    reply -> transmit(() -> {
                        if (caller.isStill(callerIncarnation)) {
                            caller.deliver(new NodeEvent.Reply(call.callId(), reply));
                        }
                    }));
            deliver(new NodeEvent.Request(requestId, caller.address, call.method(), call.payload()));
        }

        private boolean isStill(NodeRuntime incarnation) {
            return runtime.filter(present -> present == incarnation).isPresent();
        }
    }
}
