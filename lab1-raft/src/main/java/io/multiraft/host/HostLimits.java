// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import io.multiraft.host.transport.TransportLimits;
import java.time.Duration;

/**
 * How a host works.
 *
 * @param batchEvents so many events are handled before their output is released
 * @param batchBytes a batch ends when its requests and answers have this many bytes
 * @param relaxedTime relaxed writes wait no longer for a durable one to ride with
 * @param relaxedBytes relaxed writes of this many bytes do not wait for a durable one
 * @param openRequests so many requests may be without an answer from the node; the oldest are forgotten beyond that
 * @param startPatience a node starts at the latest so long after {@link Host#start}, whether its peers are there or not
 * @param transport of messages
 */
public record HostLimits(
        int batchEvents,
        int batchBytes,
        Duration relaxedTime,
        int relaxedBytes,
        int openRequests,
        Duration startPatience,
        TransportLimits transport) {

    /** 1,024 events or 4 MiB; 10 ms or 1 MiB; 100,000 requests; 1 s. */
    public static final HostLimits DEFAULT = new HostLimits(
            1_024, 4 << 20, Duration.ofMillis(10), 1 << 20, 100_000, Duration.ofSeconds(1), TransportLimits.DEFAULT);

    /** The same with other limits of the transport. */
    public HostLimits withTransport(TransportLimits limits) {
        return new HostLimits(batchEvents, batchBytes, relaxedTime, relaxedBytes, openRequests, startPatience, limits);
    }

    /** The same with another patience at the start. */
    public HostLimits withStartPatience(Duration patience) {
        return new HostLimits(batchEvents, batchBytes, relaxedTime, relaxedBytes, openRequests, patience, transport);
    }
}
