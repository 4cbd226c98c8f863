// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.transport;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.multiraft.host.rpc.Frame;
import io.multiraft.host.rpc.HostServiceGrpc;
import io.multiraft.host.rpc.Item;
import io.multiraft.node.Address;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A node's way to one peer: a channel, the stream on it that is open at present, and what waits for it. A stream that ends
 * is opened again, after a pause, if something waits; a connection that does not come about is tried again likewise. Pauses
 * grow, but stay short against the time for which a peer that has been started again waits for its leader.
 */
final class PeerLink {
    private static final long PAUSE_MIN_MILLIS = 25;
    private static final long PAUSE_MAX_MILLIS = 100;

    private final Address peer;
    private final ManagedChannel channel;
    private final Supplier<Metadata> headers;
    private final EventLoop loop;
    private final TransportLimits limits;
    private final Inbox inbox;
    private final Outbox outbox;

    private Optional<PeerStream> stream = Optional.empty();
    private long pauseMillis = PAUSE_MIN_MILLIS;
    private boolean pausing;
    private boolean closed;

    /** A way that nothing was sent on yet; {@code channel} belongs to it. */
    PeerLink(
            Address peer,
            ManagedChannel channel,
            Supplier<Metadata> headers,
            EventLoop loop,
            TransportLimits limits,
            Inbox inbox) {
        this.peer = peer;
        this.channel = channel;
        this.headers = headers;
        this.loop = loop;
        this.limits = limits;
        this.inbox = inbox;
        this.outbox = new Outbox(limits);
    }

    /** Lets a call wait for the next {@link #flush}, or drops it. */
    void add(long callId, String method, ByteString payload, long deadlineNanos) {
        Item item = Item.newBuilder()
                .setCallId(callId)
                .setMethod(method)
                .setPayload(payload)
                .build();
        if (!outbox.add(item, deadlineNanos, System.nanoTime())) {
            inbox.dropped(peer, method, "too much waits for this peer");
        }
    }

    /** Opens the stream, although nothing waits. */
    void makeContact() {
        if (!closed && !pausing && stream.isEmpty()) {
            open();
        }
    }

    /** Sends what waits as far as the peer takes it; the rest goes when it takes more. */
    void flush() {
        if (closed || pausing || outbox.isEmpty()) {
            return;
        }
        if (stream.isEmpty()) {
            open();
        }
        stream.ifPresent(PeerStream::send);
    }

    /** Bytes that wait. */
    long waitingBytes() {
        return outbox.bytes();
    }

    /** Lets go of stream and channel; what waits is lost. */
    void close() {
        closed = true;
        stream.ifPresent(open -> open.call.cancel("the node stops", null));
        stream = Optional.empty();
        channel.shutdownNow();
    }

    private void open() {
        PeerStream opened = new PeerStream();
        stream = Optional.of(opened);
        opened.start();
        pauseThen(() -> opened.insist());
    }

    private void pauseThen(Runnable next) {
        Future<?> unused = loop.schedule(next, pauseMillis, TimeUnit.MILLISECONDS);
        pauseMillis = Math.min(2 * pauseMillis, PAUSE_MAX_MILLIS);
    }

    private void ended(PeerStream ended) {
        if (closed || stream.filter(present -> present == ended).isEmpty()) {
            return;
        }
        stream = Optional.empty();
        pausing = true;
        pauseThen(() -> {
            pausing = false;
            flush();
        });
    }

    /** One stream, from its opening to its end. */
    private final class PeerStream extends ClientCall.Listener<Frame> {
        private final ClientCall<Frame, Frame> call =
                channel.newCall(HostServiceGrpc.getExchangeMethod(), CallOptions.DEFAULT.withWaitForReady());
        private boolean connected;

        void start() {
            call.start(this, headers.get());
            call.request(limits.framesAhead());
        }

        void send() {
            outbox.flush(System.nanoTime(), call::isReady, call::sendMessage);
        }

        /** As long as there is no connection: gRPC waits for up to two minutes before it tries again; we do not. */
        void insist() {
            if (!closed
                    && !connected
                    && stream.filter(present -> present == this).isPresent()) {
                channel.resetConnectBackoff();
                pauseThen(this::insist);
            }
        }

        @Override
        public void onReady() {
            connected = true;
            flush();
        }

        @Override
        public void onMessage(Frame frame) {
            pauseMillis = PAUSE_MIN_MILLIS; // only an answer shows that all is well
            int last = frame.getItemsCount() - 1;
            for (int i = 0; i < last; i++) {
                inbox.reply(frame.getItems(i).getCallId(), frame.getItems(i).getPayload(), () -> {});
            }
            if (last < 0) {
                call.request(1);
            } else {
                Item item = frame.getItems(last);
                inbox.reply(item.getCallId(), item.getPayload(), () -> call.request(1));
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ended(this);
        }
    }
}
