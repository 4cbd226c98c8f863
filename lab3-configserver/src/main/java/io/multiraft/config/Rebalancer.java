// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import java.util.List;
import java.util.Set;

/** Spreads buckets evenly over groups. A pure function: the same arguments give the same result, on every server. */
@FunctionalInterface
public interface Rebalancer {

    /**
     * New owners for the buckets, such that the numbers of buckets of any two groups differ by one at most, and as few
     * buckets as possible change their owner.
     *
     * @param buckets gid of the present owner of each bucket; some are {@link Config#NOBODY}, some groups that are not in
     *     {@code gids} any more. Not changed.
     * @param gids the groups that are to own the buckets, in any order, which must not matter; maybe more than there are
     *     buckets, maybe none. Not changed.
     * @return gid of the owner of each bucket; without groups, {@link Config#NOBODY} for all
     */
    List<Long> rebalance(List<Long> buckets, Set<Long> gids);
}
