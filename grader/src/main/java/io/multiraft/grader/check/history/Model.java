// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Optional;

/**
 * What a system should do if it did one operation after the other.
 *
 * @param <S> state; immutable, with {@code equals} and {@code hashCode}
 * @param <I> input of an operation
 * @param <O> output of an operation
 */
public interface Model<S, I, O> {

    /** The state before the first operation of each partition. */
    S initial();

    /**
     * The state after an operation; empty if {@code output} is not what it gives in {@code state}.
     *
     * @param output empty if it is not known: then every output is right
     */
    Optional<S> step(S state, I input, Optional<O> output);

    /** Operations with different partitions do not touch each other, and are checked apart. */
    Object partition(I input);

    /** An operation in words, for example {@code get(x) -> 3}. */
    String describe(I input, Optional<O> output);

    /** A state in words. */
    String describe(S state);
}
