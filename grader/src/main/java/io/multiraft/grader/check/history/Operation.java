// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Optional;

/**
 * What a client asked for and what it got.
 *
 * @param client who asked
 * @param input what was asked for
 * @param output what was answered; empty if the answer is not known: then anything is allowed. Of an open operation: what it
 *     answers if it takes effect at all
 * @param called position of the call among all calls and returns of the history
 * @param returned position of the return; {@link #OPEN} if the operation may still take effect when the history ends
 * @param calledAt time of the call for people, in microseconds
 * @param returnedAt time of the return for people, in microseconds; {@link #OPEN} likewise
 */
public record Operation<I, O>(
        int client, I input, Optional<O> output, long called, long returned, long calledAt, long returnedAt) {

    /** Never returned. */
    public static final long OPEN = Long.MAX_VALUE;

    public Operation {
        if (returned <= called) {
            throw new IllegalArgumentException(
                    "an operation returns after its call, not at " + returned + " before " + called + ": " + input);
        }
    }

    /** Whether it may take effect until the end of the history. */
    public boolean isOpen() {
        return returned == OPEN;
    }

    /**
     * The operation as part of a history that ends just before {@code position}: if it returns there or later it is open, and
     * if it has taken effect by then, then with this output.
     */
    Operation<I, O> until(long position) {
        return returned < position ? this : new Operation<>(client, input, output, called, OPEN, calledAt, OPEN);
    }
}
