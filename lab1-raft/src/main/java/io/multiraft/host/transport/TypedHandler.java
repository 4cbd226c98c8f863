// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.transport;

import com.google.protobuf.ByteString;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.multiraft.node.Address;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Serves the methods of the labs' services to any gRPC client, one call at a time; messages stay encoded. */
final class TypedHandler implements ServerCallHandler<ByteString, ByteString> {
    private final TransportLimits limits;
    private final Inbox inbox;
    private final EventLoop loop;
    private int waiting;
    private long waitingBytes;

    TypedHandler(TransportLimits limits, Inbox inbox, EventLoop loop) {
        this.limits = limits;
        this.inbox = inbox;
        this.loop = loop;
    }

    /**
     * The service with all its methods served by this.
     *
     * @throws IllegalArgumentException if one of them is not unary
     */
    ServerServiceDefinition serve(ServiceDescriptor service) {
        // the schema stays with it: that is what server reflection shows
        ServiceDescriptor.Builder raw =
                ServiceDescriptor.newBuilder(service.getName()).setSchemaDescriptor(service.getSchemaDescriptor());
        service.getMethods().forEach(method -> raw.addMethod(encoded(method)));
        ServiceDescriptor descriptor = raw.build();
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(descriptor);
        descriptor.getMethods().forEach(method -> definition.addMethod(asEncoded(method), this));
        return definition.build();
    }

    private static MethodDescriptor<ByteString, ByteString> encoded(MethodDescriptor<?, ?> method) {
        if (method.getType() != MethodType.UNARY) {
            throw new IllegalArgumentException(method.getFullMethodName() + " is not unary");
        }
        return method.toBuilder(new Encoded(), new Encoded()).build();
    }

    @SuppressWarnings("unchecked") // made by encoded()
    private static MethodDescriptor<ByteString, ByteString> asEncoded(MethodDescriptor<?, ?> method) {
        return (MethodDescriptor<ByteString, ByteString>) method;
    }

    /** The name that a caller gives itself, or else where it calls from. */
    static Address nameOf(String given, Attributes connection) {
        return new Address(
                given == null || given.isBlank()
                        ? String.valueOf(connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
                        : given);
    }

    @Override
    public ServerCall.Listener<ByteString> startCall(ServerCall<ByteString, ByteString> call, Metadata headers) {
        call.request(2); // a second message would be an error, which gRPC finds when it is asked for
        return new TypedCall(call, nameOf(headers.get(ExchangeHandler.FROM), call.getAttributes()));
    }

    private final class TypedCall extends ServerCall.Listener<ByteString> implements Inbox.Answer {
        private final ServerCall<ByteString, ByteString> call;
        private final Address from;
        private ByteString request = ByteString.EMPTY;
        private int bytes;
        /** Present from when the call is counted as waiting until it is not any more. */
        private Optional<Future<?>> timeout = Optional.empty();

        private boolean ended;

        TypedCall(ServerCall<ByteString, ByteString> call, Address from) {
            this.call = call;
            this.from = from;
        }

        @Override
        public void onMessage(ByteString message) {
            request = message;
        }

        @Override
        public void onHalfClose() {
            if (waiting >= limits.typedCalls() || waitingBytes + request.size() > limits.typedCallBytes()) {
                end(Status.RESOURCE_EXHAUSTED.withDescription("too many calls wait for their answers"));
                return;
            }
            bytes = request.size();
            waiting++;
            waitingBytes += bytes;
            timeout = Optional.of(loop.schedule(
                    () -> end(Status.DEADLINE_EXCEEDED.withDescription("the node did not answer")),
                    limits.typedCallTime().toMillis(),
                    TimeUnit.MILLISECONDS));
            inbox.request(from, call.getMethodDescriptor().getFullMethodName(), request, this, () -> {});
            request = ByteString.EMPTY;
        }

        @Override
        public void send(ByteString payload) {
            if (!ended && !call.isCancelled()) {
                call.sendHeaders(new Metadata());
                call.sendMessage(payload);
                end(Status.OK);
            }
        }

        private void end(Status status) {
            if (!ended) {
                forget();
                if (!call.isCancelled()) {
                    call.close(status, new Metadata());
                }
            }
        }

        @Override
        public void onCancel() {
            forget();
        }

        private void forget() {
            ended = true;
            if (timeout.isPresent()) {
                timeout.get().cancel(false);
                timeout = Optional.empty();
                waiting--;
                waitingBytes -= bytes;
            }
        }
    }

    /** Messages as the bytes that they are on the wire. */
    private static final class Encoded implements MethodDescriptor.Marshaller<ByteString> {
        @Override
        public InputStream stream(ByteString value) {
            return value.newInput();
        }

        @Override
        public ByteString parse(InputStream stream) {
            try {
                return ByteString.readFrom(stream);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
