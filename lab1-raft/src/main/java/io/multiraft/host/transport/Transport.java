// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.transport;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.multiraft.host.rpc.HostServiceGrpc;
import io.multiraft.node.Address;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Carries the calls of one node. All of gRPC runs on the node's own event loop: the loop is its boss, its worker and its
 * executor, so that nothing is handed from thread to thread.
 */
public final class Transport {
    private static final long KEEP_ALIVE_SECONDS = 10;
    private static final int FLOW_CONTROL_BYTES = 2 << 20;

    private final Routes routes;
    private final EventLoop loop;
    private final TransportLimits limits;
    private final Inbox inbox;
    private final Map<Address, PeerLink> links = new HashMap<>();
    private final List<Runnable> flushes = new ArrayList<>();
    private Optional<Server> server = Optional.empty();
    private Address self;
    private boolean closed;

    /**
     * A transport that serves nothing yet.
     *
     * @param self how this node calls itself until it serves
     * @param routes where it listens, and where others are reached
     */
    public Transport(Address self, Routes routes, EventLoop loop, TransportLimits limits, Inbox inbox) {
        this.self = self;
        this.routes = routes;
        this.loop = loop;
        this.limits = limits;
        this.inbox = inbox;
    }

    /**
     * Serves {@code services}, and their description by server reflection, at the address of this node, or where its routes
     * say. Called by another thread than the event loop, once, before anything else.
     *
     * @return the address where it listens, with the port that the system chose if it was 0
     * @throws IOException if it cannot listen there; the message is one line for people
     */
    public Address serve(List<ServiceDescriptor> services) throws IOException {
        Address listen = routes.listen().orElse(self);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(SocketAddresses.of(listen))
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .directExecutor()
                .maxInboundMessageSize(limits.messageBytes() + limits.frameBytes())
                .flowControlWindow(FLOW_CONTROL_BYTES)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        TypedHandler typed = new TypedHandler(limits, inbox, loop);
        services.forEach(service -> builder.addService(typed.serve(service)));
        builder.addService(exchange());
        builder.addService(ProtoReflectionServiceV1.newInstance());
        Server started;
        try {
            started = builder.build().start();
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + listen + ": " + rootOf(e).getMessage(), e);
        }
        server = Optional.of(started);
        Address bound = SocketAddresses.withPort(
                listen, ((InetSocketAddress) started.getListenSockets().get(0)).getPort());
        self = routes.listen().isPresent() ? self : bound;
        return bound;
    }

    private ServerServiceDefinition exchange() {
        return ServerServiceDefinition.builder(HostServiceGrpc.getServiceDescriptor())
                .addMethod(HostServiceGrpc.getExchangeMethod(), new ExchangeHandler(limits, inbox, flushes::add))
                .build();
    }

    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /**
     * Lets a call wait for the next {@link #flush}. It is dropped if too much waits for {@code to} already.
     *
     * @param callId the answer comes with it
     * @param deadlineMicros if it could not be sent for so long from now, it is dropped
     */
    public void call(Address to, long callId, String method, ByteString payload, long deadlineMicros) {
        if (closed) {
            return;
        }
        Optional<PeerLink> link = linkTo(to);
        if (link.isEmpty()) {
            inbox.dropped(to, method, "not an address of the form host:port, or an unknown host");
            return;
        }
        link.get().add(callId, method, payload, System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(deadlineMicros));
    }

    /** Opens the way to {@code peer}, which learns from it that this node is there ({@link Inbox#contact}). */
    public void makeContact(Address peer) {
        if (!closed) {
            linkTo(peer).ifPresent(PeerLink::makeContact);
        }
    }

    /** Empty if {@code peer} is at no place that can be found. */
    private Optional<PeerLink> linkTo(Address peer) {
        PeerLink known = links.get(peer);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<PeerLink> made = SocketAddresses.tryOf(routes.to(peer))
                .map(place -> new PeerLink(peer, channelTo(place), this::headers, loop, limits, inbox));
        made.ifPresent(link -> links.put(peer, link));
        return made;
    }

    /** Sends all that waits, one frame to each peer and client, or several if it is much. */
    public void flush() {
        links.values().forEach(PeerLink::flush);
        flushes.forEach(Runnable::run);
        flushes.clear();
    }

    /** Bytes that wait for {@code peer}. */
    public long waitingBytes(Address peer) {
        return Optional.ofNullable(links.get(peer)).map(PeerLink::waitingBytes).orElse(0L);
    }

    private ManagedChannel channelTo(InetSocketAddress place) {
        return NettyChannelBuilder.forAddress(place)
                .channelType(NioSocketChannel.class, InetSocketAddress.class)
                .eventLoopGroup(loop)
                .directExecutor()
                .usePlaintext()
                .disableRetry()
                .maxInboundMessageSize(limits.messageBytes() + limits.frameBytes())
                .flowControlWindow(FLOW_CONTROL_BYTES)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .build();
    }

    private Metadata headers() {
        Metadata headers = new Metadata();
        headers.put(ExchangeHandler.FROM, self.text());
        return headers;
    }

    /** Closes all streams and connections and stops to listen, without waiting for it. What waits is lost. */
    public void close() {
        closed = true;
        server.ifPresent(Server::shutdownNow);
        links.values().forEach(PeerLink::close);
        links.clear();
        flushes.clear();
    }
}
