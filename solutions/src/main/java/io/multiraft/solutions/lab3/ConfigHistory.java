// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.WrongNumberOfBucketsException;
import io.multiraft.config.rpc.ConfigRecord;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.storage.Keys;
import java.util.Optional;

/**
 * All versions of the configuration, each under its own key, so that a change writes one version and no others. Version 0 is
 * known without being stored.
 */
final class ConfigHistory {
    // region 3C
    /** The number of buckets of the cluster. */
    private static final ByteString BUCKETS = Keys.ofText("buckets");
    /** The number of the latest version. */
    private static final ByteString LATEST = Keys.ofText("latest");
    /** In front of the number of a version. */
    private static final ByteString VERSION = Keys.ofText("version/");

    // endregion
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
        // region 3C | return Optional.empty();
        if (bucketsOfCluster(state).isEmpty() && told > 0) {
            state.put(BUCKETS, Keys.ofLong(told));
        }
        checkBuckets(state);
        return told == nBuckets ? Optional.empty() : Optional.of(mismatchOf(told));
        // endregion
    }

    /** Adds {@code config}, the version that follows the latest one. */
    void add(Config config, State state) {
        // region 3C |
        state.put(keyOf(config.version()), ConfigEncoding.encode(config).toByteString());
        state.put(LATEST, Keys.ofLong(config.version()));
        // endregion
    }

    /** The configuration numbered {@code version}, if there is one. */
    Optional<Config> find(long version, StateReader state) {
        // region 3C | return Optional.empty();
        return version == 0
                ? Optional.of(Config.initial(nBuckets))
                : state.get(keyOf(version)).map(stored -> decode(version, stored));
        // endregion
    }

    /**
     * The latest configuration.
     *
     * @throws WrongNumberOfBucketsException if the cluster was created with another number of buckets
     */
    Config latest(StateReader state) {
        // region 3C | return Config.initial(nBuckets);
        checkBuckets(state);
        long version = state.get(LATEST).map(stored -> Keys.toLong(stored, 0)).orElse(0L);
        return find(version, state)
                .orElseThrow(() -> new IllegalStateException("version " + version + " is the latest, but not stored"));
        // endregion
    }

    // region 3C
    private static Optional<Long> bucketsOfCluster(StateReader state) {
        return state.get(BUCKETS).map(stored -> Keys.toLong(stored, 0));
    }

    private void checkBuckets(StateReader state) {
        bucketsOfCluster(state).filter(created -> created != nBuckets).ifPresent(created -> {
            throw new WrongNumberOfBucketsException(created, nBuckets);
        });
    }

    private String mismatchOf(int told) {
        return "the cluster was created with " + nBuckets + " buckets, but the server that took the command was started"
                + " with " + told;
    }

    private static Config decode(long version, ByteString stored) {
        try {
            return ConfigEncoding.decode(ConfigRecord.parseFrom(stored));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the stored version " + version + " cannot be read", e);
        }
    }

    private static ByteString keyOf(long version) {
        return VERSION.concat(Keys.ofLong(version));
    }
    // endregion
}
