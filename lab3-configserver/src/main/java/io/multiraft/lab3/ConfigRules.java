// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab3;

import io.multiraft.config.Config;
import io.multiraft.config.Rebalancer;
import io.multiraft.config.rpc.Join;
import io.multiraft.config.rpc.Leave;
import io.multiraft.config.rpc.Move;
import io.multiraft.node.TodoException;

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
        throw new TodoException("3B", "add the groups, and rebalance unless the command says not to");
    }

    /** Leave: the buckets of the groups that leave go to those that stay. */
    ConfigChange leave(Config config, Leave leave) {
        throw new TodoException("3B", "remove the groups, all at once, and rebalance");
    }

    /** Move: one bucket goes to a group. Nothing is rebalanced, or the bucket might go back at once. */
    ConfigChange move(Config config, Move move) {
        throw new TodoException("3B", "give the bucket to the group");
    }
}
