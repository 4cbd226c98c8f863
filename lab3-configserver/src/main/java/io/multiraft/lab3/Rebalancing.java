// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab3;

import io.multiraft.config.Rebalancer;
import io.multiraft.node.TodoException;
import java.util.List;
import java.util.Set;

/**
 * Spreads buckets evenly and moves no bucket without need.
 *
 * <p>With n buckets and g groups, n mod g groups must have one bucket more than the others, which have n / g. Those that
 * have the most already are the ones to keep it. Then each group gives away what it has too much, and no more.
 */
final class Rebalancing implements Rebalancer {

    @Override
    public List<Long> rebalance(List<Long> buckets, Set<Long> gids) {
        throw new TodoException("3A", "spread the buckets evenly, with the fewest moves");
    }
}
