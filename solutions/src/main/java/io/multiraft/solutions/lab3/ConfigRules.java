// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab3;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.Rebalancer;
import io.multiraft.config.rpc.Group;
import io.multiraft.config.rpc.Join;
import io.multiraft.config.rpc.Leave;
import io.multiraft.config.rpc.Move;
import io.multiraft.node.Address;
import io.multiraft.solutions.lab3.ConfigChange.Next;
import io.multiraft.solutions.lab3.ConfigChange.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the commands do to a configuration: pure functions, so that all servers come to the same result. A command takes
 * effect whole or not at all, and makes one version, however many groups it names.
 */
final class ConfigRules {
    private final Rebalancer rebalancer;

    /** The rules that spread buckets with {@code rebalancer}. */
    ConfigRules(Rebalancer rebalancer) {
        this.rebalancer = rebalancer;
    }

    /** Join: new groups, which get their share of the buckets unless nothing is to be rebalanced. */
    ConfigChange join(Config config, Join join) {
        // region 3B | throw new TodoException("3B", "add the groups, and rebalance unless the command says not to");
        Optional<String> refusal = Refusals.ofJoin(config, join);
        if (refusal.isPresent()) {
            return new Refusal(refusal.get());
        }
        NavigableMap<Long, List<Address>> groups = new TreeMap<>(config.groups());
        for (Group group : join.getGroupsList()) {
            groups.put(group.getGid(), ConfigEncoding.addressesOf(group));
        }
        return join.getNoRebalance() ? next(config, config.buckets(), groups) : rebalanced(config, groups);
        // endregion
    }

    /** Leave: the buckets of the groups that leave go to those that stay. */
    ConfigChange leave(Config config, Leave leave) {
        // region 3B | throw new TodoException("3B", "remove the groups, all at once, and rebalance");
        Optional<String> refusal = Refusals.ofLeave(config, leave);
        if (refusal.isPresent()) {
            return new Refusal(refusal.get());
        }
        NavigableMap<Long, List<Address>> groups = new TreeMap<>(config.groups());
        leave.getGidsList().forEach(groups::remove);
        return rebalanced(config, groups);
        // endregion
    }

    /** Move: one bucket goes to a group. Nothing is rebalanced, or the bucket might go back at once. */
    ConfigChange move(Config config, Move move) {
        // region 3B | throw new TodoException("3B", "give the bucket to the group");
        Optional<String> refusal = Refusals.ofMove(config, move);
        if (refusal.isPresent()) {
            return new Refusal(refusal.get());
        }
        List<Long> buckets = new ArrayList<>(config.buckets());
        buckets.set(move.getBucket(), move.getGid());
        return next(config, buckets, config.groups());
        // endregion
    }

    // region 3B
    private ConfigChange rebalanced(Config config, SortedMap<Long, List<Address>> groups) {
        return next(config, rebalancer.rebalance(config.buckets(), groups.keySet()), groups);
    }

    private static ConfigChange next(Config config, List<Long> buckets, SortedMap<Long, List<Address>> groups) {
        Config next = new Config(config.version() + 1, buckets, groups);
        int bytes = ConfigEncoding.encode(next).getSerializedSize();
        return bytes > Config.MAX_ENCODED_BYTES
                ? new Refusal(
                        "the configuration would be " + bytes + " bytes long; the limit is " + Config.MAX_ENCODED_BYTES)
                : new Next(next);
    }
    // endregion
}
