// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ConfigRequest;
import io.multiraft.config.rpc.ErrorCode;
import io.multiraft.node.Address;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Services;
import io.multiraft.node.port.NodeEffect;
import io.multiraft.node.port.NodeEvent;
import io.multiraft.node.port.NodeRuntime;
import io.multiraft.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A client by itself, in virtual time; the test plays the servers. */
final class ClientBench {

    /** A request that the client sent. */
    record Sent(long callId, long atMillis, Address to, ConfigRequest request) {}

    final List<Sent> sent = new ArrayList<>();
    final List<ConfigResult> results = new ArrayList<>();

    /** What is done with each result besides noting it. */
    Consumer<ConfigResult> onResult = result -> {};

    private final RetryingConfigClient client;
    private final NodeRuntime runtime;
    private final Map<String, Long> timers = new TreeMap<>();
    private long now;
    private long tasks;

    ClientBench(ConfigClientOptions options, String... servers) {
        client = new RetryingConfigClient(
                List.of(servers).stream().map(Address::new).toList(), options);
        runtime = new NodeRuntime(
                new Address("client"),
                report -> this::start,
                new MemoryStorage(MemoryStorage.Image.EMPTY),
                new Random(1));
        deliver(new NodeEvent.Start());
    }

    private void start(NodeContext context, Services services) {
        client.start(context, services);
        services.handleTask("execute", (command, reply) -> {
            execute(parse(command));
            reply.send(ByteString.EMPTY);
        });
    }

    private void execute(ConfigCommand command) {
        client.execute(command, result -> {
            results.add(result);
            onResult.accept(result);
        });
    }

    /** From within an event, as the code around a client does. */
    void executeAtOnce(ConfigCommand command) {
        execute(command);
    }

    void submit(ConfigCommand command) {
        deliver(new NodeEvent.Task(++tasks, "execute", command.toByteString()));
    }

    Sent lastSent() {
        return sent.get(sent.size() - 1);
    }

    void answer(Sent request, ConfigReply reply) {
        deliver(new NodeEvent.Reply(request.callId(), reply.toByteString()));
    }

    void answer(Sent request, ErrorCode error, String hint) {
        answer(
                request,
                ConfigReply.newBuilder().setError(error).setLeaderHint(hint).build());
    }

    /** Lets time pass; timers go off when they are due. */
    void pass(long millis) {
        long until = now + millis * 1_000;
        while (true) {
            String first = timers.entrySet().stream()
                    .filter(timer -> timer.getValue() <= until)
                    .min(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .orElse("");
            if (first.isEmpty()) {
                now = until;
                return;
            }
            now = Math.max(now, timers.remove(first));
            deliver(new NodeEvent.TimerFired(first));
        }
    }

    private void deliver(NodeEvent event) {
        for (NodeEffect effect : runtime.deliver(event, now)) {
            if (effect instanceof NodeEffect.SetTimer timer) {
                timers.put(timer.name(), now + timer.delayMicros());
            } else if (effect instanceof NodeEffect.CancelTimer timer) {
                timers.remove(timer.name());
            } else if (effect instanceof NodeEffect.Call call) {
                sent.add(new Sent(call.callId(), now / 1_000, call.to(), request(call.payload())));
            }
        }
    }

    private static ConfigRequest request(ByteString payload) {
        try {
            return ConfigRequest.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
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
