// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.transport;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.multiraft.host.rpc.Frame;
import io.multiraft.host.rpc.Item;
import io.multiraft.node.Address;
import java.util.function.Consumer;

/** Serves the streams that others open to this node. */
final class ExchangeHandler implements ServerCallHandler<Frame, Frame> {

    /** Who opened a stream. */
    static final Metadata.Key<String> FROM = Metadata.Key.of("multiraft-from", Metadata.ASCII_STRING_MARSHALLER);

    /** An answer needs no deadline: whoever waits for it has one. */
    private static final long NEVER_NANOS = Long.MAX_VALUE / 2;

    private final TransportLimits limits;
    private final Inbox inbox;
    private final Consumer<Runnable> flushLater;

    /** Passes requests to {@code inbox}; {@code flushLater} runs its argument with the next flush of the transport. */
    ExchangeHandler(TransportLimits limits, Inbox inbox, Consumer<Runnable> flushLater) {
        this.limits = limits;
        this.inbox = inbox;
        this.flushLater = flushLater;
    }

    @Override
    public ServerCall.Listener<Frame> startCall(ServerCall<Frame, Frame> call, Metadata headers) {
        Address from = TypedHandler.nameOf(headers.get(FROM), call.getAttributes());
        call.sendHeaders(new Metadata());
        call.request(limits.framesAhead());
        inbox.contact(from);
        return new ClientStream(call, from);
    }

    private final class ClientStream extends ServerCall.Listener<Frame> {
        private final ServerCall<Frame, Frame> call;
        private final Address from;
        private final Outbox answers = new Outbox(limits);
        private boolean flushing;
        private boolean ended;

        ClientStream(ServerCall<Frame, Frame> call, Address from) {
            this.call = call;
            this.from = from;
        }

        @Override
        public void onMessage(Frame frame) {
            int last = frame.getItemsCount() - 1;
            for (int i = 0; i < last; i++) {
                request(frame.getItems(i), () -> {});
            }
            if (last < 0) {
                call.request(1);
            } else {
                request(frame.getItems(last), this::takeMore);
            }
        }

        private void takeMore() {
            if (!ended) {
                call.request(1);
            }
        }

        private void request(Item item, Runnable handled) {
            long callId = item.getCallId();
            inbox.request(from, item.getMethod(), item.getPayload(), payload -> answer(callId, payload), handled);
        }

        private void answer(long callId, ByteString payload) {
            if (ended) {
                return;
            }
            Item item = Item.newBuilder().setCallId(callId).setPayload(payload).build();
            long now = System.nanoTime();
            if (!answers.add(item, now + NEVER_NANOS, now)) {
                inbox.dropped(from, "an answer", "too much waits for this peer");
            } else if (!flushing) {
                flushing = true;
                flushLater.accept(this::flush);
            }
        }

        private void flush() {
            flushing = false;
            if (!ended) {
                answers.flush(System.nanoTime(), call::isReady, call::sendMessage);
            }
        }

        @Override
        public void onReady() {
            flush();
        }

        @Override
        public void onHalfClose() {
            if (!ended) {
                ended = true;
                call.close(Status.OK, new Metadata());
            }
        }

        @Override
        public void onCancel() {
            ended = true;
        }

        @Override
        public void onComplete() {
            ended = true;
        }
    }
}
