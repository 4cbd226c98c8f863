// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.transport;

import java.time.Duration;

/**
 * What a transport may use.
 *
 * @param frameBytes a frame is not made longer, unless a single item is
 * @param messageBytes a longer message is neither sent nor taken
 * @param waitingBytesPerPeer what may wait for one peer, or for one client's stream of answers; calls and answers beyond
 *     that are dropped
 * @param framesAhead so many frames are taken from a stream before the node has handled the first one of them
 * @param typedCalls so many typed calls may wait for their answers; more are refused
 * @param typedCallBytes what the requests of all waiting typed calls may hold; more are refused
 * @param typedCallTime a typed call that is not answered for so long fails
 */
public record TransportLimits(
        int frameBytes,
        int messageBytes,
        int waitingBytesPerPeer,
        int framesAhead,
        int typedCalls,
        int typedCallBytes,
        Duration typedCallTime) {

    /** 1 MiB, 4 MiB, 8 MiB; 4 frames; 10,000 typed calls of together 64 MiB, 30 s. */
    public static final TransportLimits DEFAULT =
            new TransportLimits(1 << 20, 4 << 20, 8 << 20, 4, 10_000, 64 << 20, Duration.ofSeconds(30));

    /** The same with another bound for what waits for one peer. */
    public TransportLimits withWaitingBytesPerPeer(int bytes) {
        return new TransportLimits(
                frameBytes, messageBytes, bytes, framesAhead, typedCalls, typedCallBytes, typedCallTime);
    }
}
