// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.multiraft.node.Address;

/** A request or a reply on its way between two nodes. */
public final class Message {

    /** Bytes that the envelope of a message adds to its payload, for counting. */
    public static final int ENVELOPE_BYTES = 32;

    private final long id;
    private final Address from;
    private final Address to;
    private final String method;
    private final ByteString payload;
    private final long callId;
    private final int callerIncarnation;
    private final int senderIncarnation;
    private final Message request;
    private final long sentMicros;
    private final boolean early;
    private final long deadlineMicros;
    private MessageLite parsed;

    private Message(
            long id,
            Address from,
            Address to,
            String method,
            ByteString payload,
            long callId,
            int callerIncarnation,
            int senderIncarnation,
            Message request,
            long sentMicros,
            boolean early,
            long deadlineMicros) {
        this.id = id;
        this.from = from;
        this.to = to;
        this.method = method;
        this.payload = payload;
        this.callId = callId;
        this.callerIncarnation = callerIncarnation;
        this.senderIncarnation = senderIncarnation;
        this.request = request;
        this.sentMicros = sentMicros;
        this.early = early;
        this.deadlineMicros = deadlineMicros;
    }

    static Message request(
            long id,
            Address from,
            int incarnation,
            Address to,
            String method,
            ByteString payload,
            long callId,
            long now,
            boolean early,
            long deadlineMicros) {
        return new Message(
                id, from, to, method, payload, callId, incarnation, incarnation, null, now, early, deadlineMicros);
    }

    static Message reply(long id, Message request, int incarnation, ByteString payload, long now) {
        return new Message(
                id,
                request.to,
                request.from,
                request.method,
                payload,
                request.callId,
                request.callerIncarnation,
                incarnation,
                request,
                now,
                false,
                request.deadlineMicros);
    }

    /** Number of the message in its run; the copies of a duplicated message share it. */
    public long id() {
        return id;
    }

    /** Who sent it. */
    public Address from() {
        return from;
    }

    /** Who is to get it. */
    public Address to() {
        return to;
    }

    /** Full name of the gRPC method, of a reply that of its request. */
    public String method() {
        return method;
    }

    /** Name of the method without its service. */
    public String methodName() {
        return method.substring(method.lastIndexOf('/') + 1);
    }

    /** The serialised message. */
    public ByteString payload() {
        return payload;
    }

    /** Length on the wire, in bytes. */
    public int sizeBytes() {
        return payload.size() + ENVELOPE_BYTES;
    }

    /** Whether this answers a request. */
    public boolean isReply() {
        return request != null;
    }

    /** Of a reply: what it answers. */
    public Message request() {
        if (request == null) {
            throw new IllegalStateException("message " + id + " is a request itself");
        }
        return request;
    }

    /** Virtual time at which it left, in microseconds. */
    public long sentMicros() {
        return sentMicros;
    }

    /** Whether it left before its sender's disk was synced. */
    public boolean early() {
        return early;
    }

    /** Which life of the sender sent it: 1 for the first boot. */
    public int senderIncarnation() {
        return senderIncarnation;
    }

    long callId() {
        return callId;
    }

    int callerIncarnation() {
        return callerIncarnation;
    }

    long deadlineMicros() {
        return deadlineMicros;
    }

    /** The payload as a message object; parsed once. */
    @SuppressWarnings("unchecked")
    public <M extends MessageLite> M parse(Parser<M> parser) {
        if (parsed == null) {
            try {
                parsed = parser.parseFrom(payload);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("message " + id + " of " + from + " is not a " + methodName(), e);
            }
        }
        return (M) parsed;
    }

    @Override
    public String toString() {
        return methodName() + (isReply() ? " reply " : " ") + from + " -> " + to;
    }
}
