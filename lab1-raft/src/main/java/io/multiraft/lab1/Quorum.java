// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab1;

import io.multiraft.node.TodoException;

/** The arithmetic of majorities. */
final class Quorum {
    private Quorum() {}

    /** The least number of members that is more than half of {@code members}, which may be odd or even. */
    static int majority(int members) {
        throw new TodoException("1A", "say how many members are a majority of a group");
    }

    /**
     * The highest index that a majority has reached.
     *
     * @param indices the last index that each member holds, in any order; left as it is
     */
    static long reachedByMajority(long[] indices) {
        throw new TodoException("1B", "find the highest index that a majority of the members holds");
    }
}
