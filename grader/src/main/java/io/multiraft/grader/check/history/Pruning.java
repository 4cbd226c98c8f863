// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

/** What the search leaves out. The verdict is the same. */
public enum Pruning {
    /** Nothing: the algorithm as it was published, so that steps can be compared with those of other checkers. */
    NONE,

    /**
     * What cannot change the verdict.
     *
     * <ul>
     *   <li>The model takes states together that no answer of this history tells apart ({@link Model#tailoredTo}).
     *   <li>An operation without answer need not be placed. Where it was placed, the search also carries the state that there
     *       would be without it; as soon as that state allows all that the other one does, it was placed in vain: whatever
     *       the search would find from here, it finds with fewer operations elsewhere.
     *   <li>Of operations without answer that do the same, the earlier goes first.
     *   <li>A state from which an answer is out of reach is not entered ({@link Model#isInReach}).
     *   <li>A read that is right now is placed now: it is in nobody's way.
     * </ul>
     *
     * <p>Why nothing is lost: if there is an order, there is one with the fewest operations without answer, alike ones in the
     * order of their calls and each read as early as it can be. None of these rules forbids any beginning of it.
     */
    EXACT
}
