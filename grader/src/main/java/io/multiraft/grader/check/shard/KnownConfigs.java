// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.shard;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.Observer;
import java.util.Optional;
import java.util.TreeMap;

/** The configurations that config servers have told anybody of. Nobody else can know of a configuration. */
public final class KnownConfigs implements Observer {
    private static final String METHOD = ConfigServiceGrpc.getDoCommandMethod().getFullMethodName();

    private final TreeMap<Long, Config> versions = new TreeMap<>();

    @Override
    public void onSend(Message message) {
        if (message.isReply() && message.method().equals(METHOD)) {
            ConfigReply reply = message.parse(ConfigReply.parser());
            if (reply.hasConfig()) {
                learn(ConfigEncoding.decode(reply.getConfig()));
            }
        }
    }

    private void learn(Config config) {
        Config known = versions.putIfAbsent(config.version(), config);
        if (known != null && !known.equals(config)) {
            throw new Violation(
                    Property.CONFIG_HISTORY,
                    "The config servers have told of two versions " + config.version() + ": " + known.buckets()
                            + " and " + config.buckets() + ".");
        }
    }

    /** The newest one. */
    public Optional<Config> latest() {
        return versions.isEmpty()
                ? Optional.empty()
                : Optional.of(versions.lastEntry().getValue());
    }

    /** Number of the newest one; 0: none is known. */
    public long latestVersion() {
        return versions.isEmpty() ? 0 : versions.lastKey();
    }

    /** Who owns {@code bucket} by the newest one; {@link Config#NOBODY} if nobody does. */
    public long ownerOf(int bucket) {
        return latest().map(config -> ownerIn(config, bucket)).orElse(Config.NOBODY);
    }

    /** The first version from {@code version} on by which {@code gid} owns {@code bucket}. */
    Optional<Long> ownedFrom(long version, int bucket, long gid) {
        return versions.tailMap(version, true).values().stream()
                .filter(config -> ownerIn(config, bucket) == gid)
                .map(Config::version)
                .findFirst();
    }

    /** Who owned {@code bucket} when, for people: {@code group 1 from version 1, nobody from version 4}. */
    String ownersOf(int bucket) {
        StringBuilder owners = new StringBuilder();
        long before = Config.NOBODY;
        for (Config config : versions.values()) {
            long owner = ownerIn(config, bucket);
            if (owner != before) {
                owners.append(owners.length() == 0 ? "" : ", ")
                        .append(owner == Config.NOBODY ? "nobody" : "group " + owner)
                        .append(" from version ")
                        .append(config.version());
            }
            before = owner;
        }
        return owners.length() == 0 ? "nobody so far" : owners.toString();
    }

    private static long ownerIn(Config config, int bucket) {
        return bucket < config.buckets().size() ? config.buckets().get(bucket) : Config.NOBODY;
    }
}
