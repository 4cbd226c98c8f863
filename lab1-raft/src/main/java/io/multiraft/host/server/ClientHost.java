// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.server;

import com.google.protobuf.ByteString;
import io.multiraft.host.Host;
import io.multiraft.host.HostConfig;
import io.multiraft.host.storage.VolatileStorage;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import io.multiraft.node.NodeContext;
import io.multiraft.node.Reply;
import io.multiraft.node.Services;
import io.multiraft.storage.Keys;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Clients for a program to use. They share a host, and so a thread and their connections: what they send at the same time
 * travels together. Methods may be called from any thread but the host's.
 *
 * @param <C> what the clients are
 */
public final class ClientHost<C extends Node> implements AutoCloseable {
    private static final String RUN = "run";

    private final List<C> clients;
    private final Map<Long, Consumer<Reply<ByteString>>> work = new ConcurrentHashMap<>();
    private final AtomicLong lastWork = new AtomicLong();
    private final Host host;

    private ClientHost(Address name, List<C> clients) throws IOException {
        this.clients = List.copyOf(clients);
        this.host = Host.open(HostConfig.client(name), new VolatileStorage());
    }

    /**
     * Starts {@code clients}.
     *
     * @param name what servers see of them
     * @param clients not started yet
     * @throws IOException if the machine does not let it
     */
    public static <C extends Node> ClientHost<C> open(Address name, List<C> clients) throws IOException {
        ClientHost<C> opened = new ClientHost<>(name, clients);
        CompletableFuture<Void> started = opened.host.start(report -> opened::startClients);
        try {
            started.join();
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void startClients(NodeContext context, Services services) {
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).start(new PartContext(context, "client-" + i), services);
        }
        services.handleTask(
                RUN, (number, reply) -> work.remove(Keys.toLong(number, 0)).accept(reply));
    }

    /**
     * Has one of the clients do something, on the event loop of all of them.
     *
     * @param number of the client, from 0
     * @param action given the client and what to call with the result, in this or a later event
     * @return the result; the caller sets a limit if {@code action} need not have one. Fails with
     *     {@link io.multiraft.host.HostStoppedException} if the clients stop before. Completed on the event loop: what
     *     follows must not block it
     */
    public <R> CompletableFuture<R> call(int number, BiConsumer<C, Consumer<R>> action) {
        AtomicReference<R> result = new AtomicReference<>();
        long task = lastWork.incrementAndGet(); // threads that call at the same time may be overtaken by each other
        work.put(
                task,
                reply -> action.accept(clients.get(number), value -> {
                    result.set(value);
                    reply.send(ByteString.EMPTY);
                }));
        return host.submit(RUN, Keys.ofLong(task)).thenApply(done -> result.get());
    }

    /** Stops all clients; what they have under way stays unanswered. May be called again. */
    @Override
    public void close() {
        host.halt();
    }
}
