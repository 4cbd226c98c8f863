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
     * @param nBuckets number of buckets of the cluster, the same for all members, 1 to {@link Config#MAX_BUCKETS}. It can
     *     not be changed: an application that is given a state with another number throws
     *     {@link IllegalArgumentException}.
     */
    Application create(int nBuckets);
}
