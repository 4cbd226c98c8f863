// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab3;

import io.multiraft.config.Config;
import io.multiraft.config.WrongNumberOfBucketsException;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import java.util.Optional;

/**
 * All versions of the configuration, each under its own key, so that a change writes one version and no others. Version 0 is
 * known without being stored.
 */
final class ConfigHistory {
    private final int nBuckets;

    /** The history of a cluster with {@code nBuckets} buckets. */
    ConfigHistory(int nBuckets) {
        this.nBuckets = nBuckets;
    }

    /**
     * Why a command is refused because of the number of buckets; empty if it is not. The first command fixes that number for
     * all time, whatever else comes of it.
     *
     * @param told number with which the server that took the command was started
     * @throws WrongNumberOfBucketsException if this server was started with another number than the cluster has
     */
    Optional<String> mismatch(int told, State state) {
        // TODO 3C
        return Optional.empty();
    }

    /** Adds {@code config}, the version that follows the latest one. */
    void add(Config config, State state) {
        // TODO 3C
    }

    /** The configuration numbered {@code version}, if there is one. */
    Optional<Config> find(long version, StateReader state) {
        // TODO 3C
        return Optional.empty();
    }

    /**
     * The latest configuration.
     *
     * @throws WrongNumberOfBucketsException if the cluster was created with another number of buckets
     */
    Config latest(StateReader state) {
        // TODO 3C
        return Config.initial(nBuckets);
    }
}
