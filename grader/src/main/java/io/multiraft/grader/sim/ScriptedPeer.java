// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.multiraft.node.Address;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A member of the cluster that is played by hand: it speaks the wire protocol, remembers what it was sent, and does nothing
 * by itself.
 */
public final class ScriptedPeer {
    private final Simulation simulation;
    private final Address address;
    private final Deque<Message> requests = new ArrayDeque<>();
    private final List<Message> replies = new ArrayList<>();
    private Consumer<Message> onReply;

    ScriptedPeer(Simulation simulation, Address address) {
        this.simulation = simulation;
        this.address = address;
    }

    /** Name of the peer. */
    public Address address() {
        return address;
    }

    /** Gives each reply to {@code listener} as it comes, instead of keeping it. */
    public void onReply(Consumer<Message> listener) {
        onReply = listener;
    }

    void receive(Message message) {
        if (message.isReply() && onReply != null) {
            onReply.accept(message);
        } else if (message.isReply()) {
            replies.add(message);
        } else {
            requests.add(message);
        }
    }

    /** All requests that came and were not taken yet, oldest first. */
    public List<Message> waitingRequests() {
        return List.copyOf(requests);
    }

    /** Forgets all requests that came so far. */
    public void dropRequests() {
        requests.clear();
    }

    /** Forgets all replies that came so far. */
    public void forget() {
        replies.clear();
    }

    /** Takes the oldest waiting request of {@code rpc} that fits, and forgets the older ones of the same method. */
    public <Q> Optional<Incoming<Q>> take(MethodDescriptor<Q, ?> rpc, Predicate<Q> fits) {
        for (Message message : waitingRequests()) {
            if (!message.method().equals(rpc.getFullMethodName())) {
                continue;
            }
            requests.remove(message);
            Q request = parse(rpc.getRequestMarshaller(), message);
            if (fits.test(request)) {
                return Optional.of(new Incoming<>(message, request));
            }
        }
        return Optional.empty();
    }

    /** A request that a node sent to this peer. */
    public record Incoming<Q>(Message message, Q request) {}

    /** Answers a request; may be done late, and more than once. */
    public void answer(Incoming<?> incoming, MessageLite reply) {
        simulation.sendScriptedReply(incoming.message(), reply.toByteString());
    }

    /** Calls a node. */
    public <Q extends MessageLite> Call send(Address to, MethodDescriptor<Q, ?> rpc, Q request) {
        return new Call(simulation.sendScriptedRequest(address, to, rpc.getFullMethodName(), request.toByteString()));
    }

    /** A call of this peer. */
    public final class Call {
        private final Message request;

        private Call(Message request) {
            this.request = request;
        }

        /** What was sent. */
        public Message request() {
            return request;
        }

        /** The first answer, if it has come. */
        public <R extends MessageLite> Optional<R> reply(Parser<R> parser) {
            return replies.stream()
                    .filter(reply -> reply.request() == request)
                    .findFirst()
                    .map(reply -> reply.parse(parser));
        }
    }

    @SuppressWarnings("unchecked")
    private static <M> M parse(MethodDescriptor.Marshaller<M> marshaller, Message message) {
        MessageLite prototype = (MessageLite) ((PrototypeMarshaller<M>) marshaller).getMessagePrototype();
        return (M) message.parse(prototype.getParserForType());
    }
}
