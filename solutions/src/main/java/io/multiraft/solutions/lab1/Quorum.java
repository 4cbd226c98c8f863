// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import java.util.Collection;

/** The arithmetic of majorities. */
final class Quorum {
    private Quorum() {}

    /** How many of {@code members} are more than half of them, for odd and even sizes. */
    static int majority(int members) {
        // region 1A | throw new TodoException("1A", "say how many members of a group are a majority");
        return members / 2 + 1;
        // endregion
    }

    /** The highest index that a majority has reached, where each element is the last index that one member holds. */
    static long reachedByMajority(Collection<Long> indices) {
        // region 1B | throw new TodoException("1B", "find the highest index that a majority of the members holds");
        long[] sorted = indices.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length - majority(sorted.length)];
        // endregion
    }
}
