// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.transport;

import io.multiraft.host.rpc.Frame;
import io.multiraft.host.rpc.Item;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The items that wait to be sent on one stream, in order and bounded. */
final class Outbox {
    /** What an item costs in a frame beside itself: tag and length. */
    private static final int ENVELOPE_BYTES = 5;

    private final TransportLimits limits;
    private final ArrayDeque<Waiting> items = new ArrayDeque<>();
    private long bytes;

    private record Waiting(Item item, int bytes, long deadlineNanos) {}

    Outbox(TransportLimits limits) {
        this.limits = limits;
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /** Bytes of all that waits. */
    long bytes() {
        return bytes;
    }

    /**
     * Adds an item, unless it is too much; whether it was added.
     *
     * @param deadlineNanos after this moment it need not be sent any more
     */
    boolean add(Item item, long deadlineNanos, long nowNanos) {
        while (!items.isEmpty() && items.element().deadlineNanos() - nowNanos < 0) {
            take();
        }
        int size = item.getSerializedSize() + ENVELOPE_BYTES;
        if (size > limits.messageBytes() || bytes + size > limits.waitingBytesPerPeer()) {
            return false;
        }
        items.add(new Waiting(item, size, deadlineNanos));
        bytes += size;
        return true;
    }

    /** Sends what waits, as long as the stream takes more. */
    void flush(long nowNanos, BooleanSupplier isReady, Consumer<Frame> stream) {
        while (!items.isEmpty() && isReady.getAsBoolean()) {
            Frame frame = nextFrame(nowNanos);
            if (frame.getItemsCount() > 0) {
                stream.accept(frame);
            }
        }
    }

    private Frame nextFrame(long nowNanos) {
        Frame.Builder frame = Frame.newBuilder();
        int size = 0;
        while (!items.isEmpty() && (size == 0 || size + items.element().bytes() <= limits.frameBytes())) {
            Waiting next = take();
            if (next.deadlineNanos() - nowNanos >= 0) {
                frame.addItems(next.item());
                size += next.bytes();
            }
        }
        return frame.build();
    }

    private Waiting take() {
        Waiting next = items.remove();
        bytes -= next.bytes();
        return next;
    }
}
