// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.protobuf.ByteString;
import io.multiraft.host.Host;
import io.multiraft.host.HostConfig;
import io.multiraft.host.HostLimits;
import io.multiraft.host.HostListener;
import io.multiraft.host.server.ClientHost;
import io.multiraft.host.storage.DurableStorage;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvLayers;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.KvServer;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvServiceGrpc;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.rpc.RaftServiceGrpc;
import io.multiraft.service.ServiceOptions;
import io.multiraft.solutions.lab1.RaftNodeFactory;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Keys;
import io.multiraft.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Three servers of the reference in this process, with sockets and disks, and clients of theirs. */
final class RealKvCluster implements AutoCloseable {
    static final int SERVERS = 3;

    /** Slow enough for a machine that is busy with other things. */
    private static final ServiceOptions CALM =
            ServiceOptions.DEFAULT.withRaft(RaftOptions.DEFAULT.withHeartbeatInterval(Duration.ofMillis(100)));

    private static final String STATE = "test/state";
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final HostLimits limits;
    private final List<Host> hosts = new ArrayList<>();
    private final List<Address> members = new ArrayList<>();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private ClientHost<KvClient> clients;

    /** What a server is to have for a disk. */
    interface Disks {
        /** That of server {@code number}, from 0. */
        DurableStorage open(int number) throws Exception;
    }

    RealKvCluster(Disks disks, HostLimits limits, int clientCount) throws Exception {
        this.limits = limits;
        for (int i = 0; i < SERVERS; i++) {
            hosts.add(open(new Address("127.0.0.1:0"), disks.open(i)));
            members.add(hosts.get(i).address());
        }
        for (Host host : hosts) {
            start(host);
        }
        KvClientOptions options = KvClientOptions.DEFAULT.withDeadline(DEADLINE);
        clients = ClientHost.open(
                new Address("clients"),
                IntStream.range(0, clientCount)
                        .mapToObj(number -> new ClientFactory().create(members, options))
                        .toList());
    }

    private Host open(Address address, DurableStorage disk) throws IOException {
        HostConfig config = HostConfig.server(
                        address, KvServiceGrpc.getServiceDescriptor(), RaftServiceGrpc.getServiceDescriptor())
                .within(limits)
                .heardBy(new HostListener() {
                    @Override
                    public void failed(Address node, String during, Throwable cause) {
                        failures.add(node + " " + during + " " + cause);
                    }
                });
        return Host.open(config, disk);
    }

    private void start(Host host) throws Exception {
        KvLayers layers = new KvLayers(new RaftNodeFactory(), new ReplicaFactory(), new StoreFactory());
        Node server = new KvServer(
                layers.service().create(layers.raft(), members, layers.store().create(KvLimits.DEFAULT), CALM));
        host.start(report -> (context, services) -> {
                    server.start(context, services);
                    services.handleTask(STATE, (none, reply) -> reply.send(state(context.storage())));
                })
                .get(20, SECONDS);
    }

    /** All that the state machine holds, its own records included. */
    private static ByteString state(Storage storage) {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try (Cursor records = storage.scan("data", ByteString.EMPTY, ByteString.EMPTY)) {
            records.forEachRemaining(record -> {
                state.writeBytes(Keys.ofLong(record.key().size()).toByteArray());
                state.writeBytes(record.key().toByteArray());
                state.writeBytes(Keys.ofLong(record.value().size()).toByteArray());
                state.writeBytes(record.value().toByteArray());
            });
        }
        return ByteString.copyFrom(state.toByteArray());
    }

    /** The same of a server. */
    ByteString state(int number) throws Exception {
        return hosts.get(number).submit(STATE, ByteString.EMPTY).get(20, SECONDS);
    }

    /** Lets a server crash. */
    void halt(int number) {
        hosts.get(number).halt();
    }

    /** Starts a server again. */
    void restart(int number, DurableStorage disk) throws Exception {
        hosts.set(number, open(members.get(number), disk));
        start(hosts.get(number));
    }

    /** Has client {@code number} execute a command. */
    CompletableFuture<KvResult> execute(int number, Operation operation, String key, String value) {
        KvCommand command = KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        return clients.call(number, (client, onResult) -> client.execute(command, onResult));
    }

    /** The same, and {@code onResult} hears of the result first. */
    CompletableFuture<KvResult> append(int number, String key, String value, Consumer<KvResult> onResult) {
        return execute(number, Operation.APPEND, key, value).whenComplete((result, error) -> onResult.accept(result));
    }

    /** What has failed. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        if (clients != null) {
            clients.close();
        }
        hosts.forEach(Host::halt);
    }
}
