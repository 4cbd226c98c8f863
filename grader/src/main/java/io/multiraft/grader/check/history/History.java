// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records operations in the order in which they are called and return.
 *
 * @param <I> input of an operation
 * @param <O> output of an operation
 */
public final class History<I, O> {
    private final List<Operation<I, O>> operations = new ArrayList<>();
    private long position;

    /**
     * A client asks for something.
     *
     * @return number of the operation
     */
    public int called(int client, I input, long atMicros) {
        operations.add(
                new Operation<>(client, input, Optional.empty(), position++, Operation.OPEN, atMicros, Operation.OPEN));
        return operations.size() - 1;
    }

    /**
     * The operation returns.
     *
     * @param output empty if the answer is not known
     */
    public void returned(int operation, Optional<O> output, long atMicros) {
        Operation<I, O> called = operations.get(operation);
        if (!called.isOpen()) {
            throw new IllegalStateException("operation " + operation + " has returned already: " + called);
        }
        operations.set(
                operation,
                new Operation<>(
                        called.client(),
                        called.input(),
                        output,
                        called.called(),
                        position++,
                        called.calledAt(),
                        atMicros));
    }

    /** All operations, in the order of their calls; those that have not returned are open. */
    public List<Operation<I, O>> operations() {
        return List.copyOf(operations);
    }
}
