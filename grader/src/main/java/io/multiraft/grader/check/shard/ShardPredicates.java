// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.shard;

import io.multiraft.config.rpc.ConfigReply;
import io.multiraft.config.rpc.ConfigServiceGrpc;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.Observer;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.node.Address;
import io.multiraft.shard.rpc.DeleteReply;
import io.multiraft.shard.rpc.PullReply;
import io.multiraft.shard.rpc.PushReply;
import io.multiraft.shard.rpc.PushRequest;
import io.multiraft.shard.rpc.ShardKvServiceGrpc;
import io.multiraft.shard.rpc.TransferError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Announces the moments of a migration at which a fault hurts most, by name: the subject has just handled a message, and what
 * it proposed because of it is not committed before half a millisecond later.
 */
public final class ShardPredicates implements Observer {

    /** A server of a group hears of a newer configuration than it has heard of before. */
    public static final String CONFIG_HEARD = "config-heard";

    /** A server that has a part of a bucket is asked for it. */
    public static final String PART_ASKED = "part-asked";

    /** A part of a bucket arrives at its next owner. */
    public static final String PART_ARRIVED = "part-arrived";

    /** The last part of a bucket arrives at its next owner. */
    public static final String LAST_PART_ARRIVED = "last-part-arrived";

    /** The former owner is asked to delete a bucket. */
    public static final String DELETE_ASKED = "delete-asked";

    /** The next owner hears that the former one has deleted a bucket. */
    public static final String DELETE_CONFIRMED = "delete-confirmed";

    /** All of them. */
    public static final List<String> ALL =
            List.of(CONFIG_HEARD, PART_ASKED, PART_ARRIVED, LAST_PART_ARRIVED, DELETE_ASKED, DELETE_CONFIRMED);

    private static final String CONFIG = ConfigServiceGrpc.getDoCommandMethod().getFullMethodName();
    private static final String PULL = ShardKvServiceGrpc.getPullMethod().getFullMethodName();
    private static final String PUSH = ShardKvServiceGrpc.getPushMethod().getFullMethodName();
    private static final String DELETE = ShardKvServiceGrpc.getDeleteMethod().getFullMethodName();

    private final Simulation simulation;
    private final Predicate<Address> isOfAGroup;
    private final Map<Address, Long> heard = new HashMap<>();
    private long parts;

    /** Announces to the faults of {@code simulation}; {@code isOfAGroup} tells shard servers from others. */
    public ShardPredicates(Simulation simulation, Predicate<Address> isOfAGroup) {
        this.simulation = simulation;
        this.isOfAGroup = isOfAGroup;
    }

    /** Number of parts of buckets that have arrived at their next owner. */
    public long parts() {
        return parts;
    }

    @Override
    public void onDeliver(Message message) {
        if (message.method().equals(CONFIG) && message.isReply()) {
            config(message);
        } else if (message.method().equals(PULL)) {
            pull(message);
        } else if (message.method().equals(PUSH)) {
            push(message);
        } else if (message.method().equals(DELETE)) {
            delete(message);
        }
    }

    /** As soon as the subject has handled the message, and before anything durable of what it did is on its disk. */
    private void announce(String predicate, Address subject) {
        simulation.after(0, () -> simulation.faults().announce(predicate, subject));
    }

    private void config(Message message) {
        ConfigReply reply = message.parse(ConfigReply.parser());
        if (reply.hasConfig() && isOfAGroup.test(message.to())) {
            long version = reply.getConfig().getVersion();
            if (version > heard.getOrDefault(message.to(), 0L)) {
                heard.put(message.to(), version);
                announce(CONFIG_HEARD, message.to());
            }
        }
    }

    private void pull(Message message) {
        if (!message.isReply()) {
            announce(PART_ASKED, message.to());
            return;
        }
        PullReply reply = message.parse(PullReply.parser());
        if (reply.getError() == TransferError.OK) {
            arrived(message.to(), reply.getChunk().getDone());
        }
    }

    private void push(Message message) {
        if (message.isReply()) {
            if (message.parse(PushReply.parser()).getError() == TransferError.OK) {
                announce(PART_ASKED, message.to());
            }
        } else {
            arrived(message.to(), message.parse(PushRequest.parser()).getChunk().getDone());
        }
    }

    private void arrived(Address server, boolean last) {
        parts++;
        announce(PART_ARRIVED, server);
        if (last) {
            announce(LAST_PART_ARRIVED, server);
        }
    }

    private void delete(Message message) {
        if (!message.isReply()) {
            announce(DELETE_ASKED, message.to());
        } else if (message.parse(DeleteReply.parser()).getError() == TransferError.OK) {
            announce(DELETE_CONFIRMED, message.to());
        }
    }
}
