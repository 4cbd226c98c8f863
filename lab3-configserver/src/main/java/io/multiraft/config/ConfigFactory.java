// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import io.multiraft.service.Application;

/**
 * Makes the parts of the config server. An implementation of the {@code config} layer has exactly one public class that
 * implements this interface, with a public constructor without parameters.
 */
public interface ConfigFactory {

    /** What spreads the buckets, by itself. */
    Rebalancer rebalancer();

    /**
     * What the config server replicates: an {@link Application} whose commands are encoded
     * {@link io.multiraft.config.rpc.ConfigCommand}s and whose replies are encoded
     * {@link io.multiraft.config.rpc.ConfigReply}s. Its configurations are in the state that it is given.
     *
     * @param nBuckets number of buckets of the cluster, the same for all members, 1 to {@link Config#MAX_BUCKETS}. The
     *     first Join, Leave or Move fixes it, by the {@code n_buckets} that it bears, and it can not be changed any more:
     *     an application with another number that executes that command, or is given the state that it led to, throws
     *     {@link WrongNumberOfBucketsException}, and its server stops.
     */
    Application create(int nBuckets);
}
