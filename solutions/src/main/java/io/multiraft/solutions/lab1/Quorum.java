// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import java.util.Arrays;

/** The arithmetic of majorities. */
final class Quorum {
    private Quorum() {}

    /** The least number of members that is more than half of {@code members}, which may be odd or even. */
    static int majority(int members) {
        // region 1A | throw new TodoException("1A", "say how many members are a majority of a group");
        return members / 2 + 1;
        // endregion
    }

    /**
     * The highest index that a majority has reached.
     *
     * @param indices the last index that each member holds, in any order; left as it is
     */
    static long reachedByMajority(long[] indices) {
        // region 1B | throw new TodoException("1B", "find the highest index that a majority of the members holds");
        long[] ascending = indices.clone();
        Arrays.sort(ascending);
        return ascending[ascending.length - majority(ascending.length)];
        // endregion
    }
}
