// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.List;
import java.util.Optional;

/**
 * What a system should do if it did one operation after the other.
 *
 * @param <S> state; immutable, with {@code equals} and {@code hashCode}
 * @param <I> input of an operation; with {@code equals} and {@code hashCode}
 * @param <O> output of an operation; likewise
 */
public interface Model<S, I, O> {

    /** The state before the first operation of each partition. */
    S initial();

    /**
     * The state after an operation; empty if {@code output} is not what it gives in {@code state}.
     *
     * @param output empty if it is not known: then every output is right, and there is a next state
     */
    Optional<S> step(S state, I input, Optional<O> output);

    /** Operations with different partitions do not touch each other, and are checked apart. */
    Object partition(I input);

    /** An operation in words, for example {@code get(x) -> 3}. */
    String describe(I input, Optional<O> output);

    /** A state in words, for example {@code "3"}. */
    String describe(S state);

    /**
     * How an answer differs from what it should be in {@code state}, where that is not plain to see (long values); empty if
     * there is nothing to add.
     */
    default String difference(S state, I input, O output) {
        return "";
    }

    // ---- what the search may leave out (Pruning.EXACT); the defaults are right for every model --------------------

    /** A model with the same verdict on these operations, all of one partition, and perhaps fewer states. */
    default Model<?, I, O> tailoredTo(List<Operation<I, O>> operations) {
        return this;
    }

    /** What an operation does; those of which it is equal lead from equal states to equal states. */
    default Object effect(I input, Optional<O> output) {
        return List.of(input, output);
    }

    /** Whether the operation leaves every state as it is. */
    default boolean onlyReads(I input, Optional<O> output) {
        return false;
    }

    /** Whether everything that can follow in {@code other} can follow in {@code state}, too; false if that is not known. */
    default boolean allowsAllOf(S state, S other) {
        return state.equals(other);
    }

    /** Whether it is worth while to ask if this answer is still in reach; false if that is not known. */
    default boolean canGetOutOfReach(I input, O output) {
        return false;
    }

    /**
     * Whether a known answer may yet be right, if it is not right in {@code state}, after some operations of which none
     * {@link #startsAfresh}; true if that is not known.
     */
    default boolean isInReach(S state, I input, O output) {
        return true;
    }

    /** Whether {@code other} forgets the state before it, and can lead to the answer. Only asked if that is out of reach. */
    default boolean startsAfresh(I other, I input, O output) {
        return true;
    }
}
