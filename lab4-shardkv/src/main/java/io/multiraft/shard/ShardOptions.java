// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import io.multiraft.config.ConfigClientOptions;
import io.multiraft.kv.KvLimits;
import io.multiraft.service.ServiceOptions;
import java.time.Duration;

/**
 * Times and limits of the servers of a group, the same for all members.
 *
 * @param service of the group
 * @param limits of keys and values
 * @param config how patient a server is with the config servers
 * @param pollInterval how often a leader asks for the next configuration, and how long it rests before it repeats what
 *     another group has not done
 * @param chunkBytes most bytes, as encoded, of a part of a bucket; a single longer record travels alone
 * @param transferTimeout another group's server that has not answered by then is given up for another one
 */
public record ShardOptions(
        ServiceOptions service,
        KvLimits limits,
        ConfigClientOptions config,
        Duration pollInterval,
        int chunkBytes,
        Duration transferTimeout) {

    /** As the layers below have it; 100 ms; 512 KiB; 1 s. */
    public static final ShardOptions DEFAULT = new ShardOptions(
            ServiceOptions.DEFAULT,
            KvLimits.DEFAULT,
            ConfigClientOptions.DEFAULT,
            Duration.ofMillis(100),
            512 << 10,
            Duration.ofSeconds(1));

    public ShardOptions {
        if (!isPositive(pollInterval) || !isPositive(transferTimeout) || chunkBytes <= 0) {
            throw new IllegalArgumentException("poll interval " + pollInterval + ", transfer timeout " + transferTimeout
                    + " and chunkBytes " + chunkBytes + " must be positive");
        }
    }

    /** The same with other options of the service. */
    public ShardOptions withService(ServiceOptions other) {
        return new ShardOptions(other, limits, config, pollInterval, chunkBytes, transferTimeout);
    }

    /** The same with other parts of buckets; tests make them small to see many. */
    public ShardOptions withChunkBytes(int bytes) {
        return new ShardOptions(service, limits, config, pollInterval, bytes, transferTimeout);
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
