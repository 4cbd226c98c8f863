// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ServiceDescriptor;
import io.multiraft.host.Host;
import io.multiraft.host.HostConfig;
import io.multiraft.host.HostListener;
import io.multiraft.host.rpc.StatusReply;
import io.multiraft.host.rpc.StatusServiceGrpc;
import io.multiraft.host.storage.DataDirectoryException;
import io.multiraft.host.storage.LevelDbStorage;
import io.multiraft.host.transport.Routes;
import io.multiraft.node.Address;
import io.multiraft.node.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A server that runs: its data directory, its port and its node. Methods may be called from any thread but its own. */
public final class Server implements AutoCloseable {
    private final Host host;
    private final Node node;

    private Server(Host host, Node node) {
        this.host = host;
        this.node = node;
    }

    /**
     * Opens the data directory and the port; what arrives waits until {@link #start}.
     *
     * @param data the directory, which is made if it is not there
     * @param routes where it listens and reaches others, if not at their addresses
     * @param listener hears of the node's traces and of its failure
     * @param notice told in one line what a person should know of the directory
     * @throws DataDirectoryException if the directory cannot be used; the message is one line for people
     * @throws IOException if it cannot listen; likewise
     */
    public static Server open(ServerPlan plan, Path data, Routes routes, HostListener listener, Consumer<String> notice)
            throws IOException, DataDirectoryException {
        LevelDbStorage storage = LevelDbStorage.open(data, plan.identity(), notice);
        List<ServiceDescriptor> services = new ArrayList<>(plan.services());
        services.add(StatusServiceGrpc.getServiceDescriptor());
        HostConfig config = HostConfig.server(plan.address(), services.toArray(ServiceDescriptor[]::new))
                .heardBy(listener)
                .over(routes)
                .among(plan.peers());
        return new Server(Host.open(config, storage), new ReportingNode(plan, data));
    }

    /**
     * Starts the node, once: as soon as its peers are there, at the latest after a second ({@link Host#start}).
     *
     * @return where it stands then; fails, and the server has stopped, if the node's code throws
     */
    public CompletableFuture<StatusReply> start() {
        return host.start(report -> node).thenCompose(started -> status());
    }

    /** Where the server stands. Fails if it has stopped, or stops before it answers. */
    public CompletableFuture<StatusReply> status() {
        return host.submit(ReportingNode.STATUS, ByteString.EMPTY).thenApply(Server::decode);
    }

    private static StatusReply decode(ByteString encoded) {
        try {
            return StatusReply.parseFrom(encoded);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where it listens. */
    public Address listening() {
        return host.listening();
    }

    /** Done when the server has stopped, for whatever reason; its port and its directory are free then. */
    public CompletableFuture<Void> stopped() {
        return host.stopped();
    }

    /** Stops the server between two events, and returns when all that it has written is saved. May be called again. */
    public void stop() {
        host.stop();
    }

    /** The same as {@link #stop}. */
    @Override
    public void close() {
        stop();
    }
}
