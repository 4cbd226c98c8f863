// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.ConfigClientOptions;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.ConfigServer;
import io.multiraft.config.RetryingConfigClient;
import io.multiraft.config.rpc.ConfigCommand;
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
import io.multiraft.solutions.lab2.ReplicaFactory;
import io.multiraft.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Config servers {@code c1}, {@code c2}, … with a client, on a message pump in virtual time: every message takes a
 * millisecond, every write is on disk at once.
 */
final class ConfigGroup {
    private static final long DELAY_MICROS = 1_000;
    private static final Address CLIENT = new Address("client");

    private record Event(long atMicros, long order, Runnable action) {}

    private final List<Address> addresses;
    private final int nBuckets;
    private final ServiceOptions options;
    private final Map<Address, Member> members = new HashMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMicros).thenComparingLong(Event::order));
    private final List<ConfigResult> results = new ArrayList<>();

    /** Replies to the client that get lost. */
    private Predicate<NodeEffect.Reply> lost = reply -> false;

    private long now;
    private long scheduled;

    /** A group of {@code size} servers, all booted, and a client. */
    ConfigGroup(int size, int nBuckets, ServiceOptions options) {
        this.addresses = IntStream.rangeClosed(1, size)
                .mapToObj(number -> new Address("c" + number))
                .toList();
        this.nBuckets = nBuckets;
        this.options = options;
        addresses.forEach(address -> members.put(address, new Member(address)));
        members.put(CLIENT, new Member(CLIENT));
        members.values().forEach(Member::boot);
    }

    /** What a command that the client sends now comes to. */
    ConfigResult execute(ConfigCommand command) {
        int before = results.size();
        members.get(CLIENT).deliver(new NodeEvent.Task(++scheduled, "execute", command.toByteString()));
        while (results.size() == before) {
            step();
        }
        return results.get(before);
    }

    /** Loses the next {@code count} answers to the client. */
    void loseAnswers(int count) {
        int[] left = {count};
        lost = reply -> left[0]-- > 0;
    }

    void run(long millis) {
        long until = now + millis * 1_000;
        while (!events.isEmpty() && events.element().atMicros() <= until) {
            step();
        }
        now = until;
    }

    void crash(int number) {
        member(number).runtime = Optional.empty();
    }

    void boot(int number) {
        member(number).boot();
    }

    /** The leader of the highest term. */
    int leader() {
        return IntStream.rangeClosed(1, addresses.size())
                .filter(number -> member(number).runtime.isPresent())
                .filter(number -> status(number).role() == Role.LEADER)
                .boxed()
                .max(Comparator.comparing(number -> status(number).term()))
                .orElseThrow();
    }

    RaftStatus status(int number) {
        return member(number).service.status();
    }

    /** What a server holds of the application's state. */
    Map<ByteString, ByteString> data(int number) {
        return member(number).disk.toMap().get("data");
    }

    private Member member(int number) {
        return members.get(addresses.get(number - 1));
    }

    private void step() {
        Event next = events.remove();
        now = next.atMicros();
        next.action().run();
    }

    private void after(long micros, Runnable action) {
        events.add(new Event(now + micros, scheduled++, action));
    }

    /** A process and its disk. */
    private final class Member {
        private final Address address;
        private final Map<Long, Consumer<NodeEffect.Reply>> replies = new HashMap<>();
        private MemoryStorage.Image disk = MemoryStorage.Image.EMPTY;
        private Optional<NodeRuntime> runtime = Optional.empty();
        private ReplicatedService service;
        private MemoryStorage storage;
        private Map<String, Object> timers = new HashMap<>();

        Member(Address address) {
            this.address = address;
        }

        void boot() {
            storage = new MemoryStorage(disk);
            timers = new HashMap<>();
            Random random = new Random(scheduled + address.text().hashCode());
            runtime = Optional.of(
                    new NodeRuntime(address, report -> address.equals(CLIENT) ? client() : server(), storage, random));
            deliver(new NodeEvent.Start());
        }

        private Node server() {
            service = new ReplicaFactory()
                    .create(new RaftNodeFactory(), addresses, new ConfigServerFactory().create(nBuckets), options);
            return new ConfigServer(service, nBuckets);
        }

        private Node client() {
            RetryingConfigClient client = new RetryingConfigClient(addresses, ConfigClientOptions.DEFAULT);
            return (NodeContext context, Services services) -> {
                client.start(context, services);
                services.handleTask("execute", (command, reply) -> client.execute(parse(command), results::add));
            };
        }

        void deliver(NodeEvent event) {
            runtime.ifPresent(running -> {
                List<NodeEffect> effects = running.deliver(event, now);
                disk = storage.image();
                effects.forEach(effect -> release(running, effect));
            });
        }

        private void release(NodeRuntime running, NodeEffect effect) {
            if (effect instanceof NodeEffect.Call call) {
                after(DELAY_MICROS, () -> members.get(call.to()).request(this, running, call));
            } else if (effect instanceof NodeEffect.Reply reply) {
                replies.get(reply.requestId()).accept(reply);
            } else if (effect instanceof NodeEffect.SetTimer timer) {
                Object token = new Object();
                timers.put(timer.name(), token);
                after(timer.delayMicros(), () -> {
                    if (runtime.equals(Optional.of(running)) && timers.get(timer.name()) == token) {
                        deliver(new NodeEvent.TimerFired(timer.name()));
                    }
                });
            } else if (effect instanceof NodeEffect.CancelTimer timer) {
                timers.remove(timer.name());
            }
        }

        private void request(Member caller, NodeRuntime incarnation, NodeEffect.Call call) {
            long requestId = scheduled++;
            replies.put(requestId, reply -> {
                if (caller.address.equals(CLIENT) && lost.test(reply)) {
                    return;
                }
                after(DELAY_MICROS, () -> {
                    if (caller.runtime.equals(Optional.of(incarnation))) {
                        caller.deliver(new NodeEvent.Reply(call.callId(), reply.payload()));
                    }
                });
            });
            deliver(new NodeEvent.Request(requestId, caller.address, call.method(), call.payload()));
        }
    }

    private static ConfigCommand parse(ByteString command) {
        try {
            return ConfigCommand.parseFrom(command);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
