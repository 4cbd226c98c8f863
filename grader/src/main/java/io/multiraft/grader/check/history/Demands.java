// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The answers that are still to be explained, in the order of their returns. The next of them show many dead ends early: if
 * one is out of reach in a state, and nothing that starts afresh is left that was called before it returned, the search need
 * not come to it to know.
 */
final class Demands<S, I, O> {
    private final Model<S, I, O> model;
    private final List<Operation<I, O>> operations;
    private final Tried tried;
    /** Operations with such an answer, by their returns; and the place of each operation among them, -1: nowhere. */
    private final int[] byReturn;

    private final int[] place;
    /** For each of them, once it is asked for, what starts afresh and was called before it returned; a set of bits. */
    private final long[][] freshStarts;

    private int next;

    Demands(Model<S, I, O> model, List<Operation<I, O>> operations, Tried tried) {
        this.model = model;
        this.operations = operations;
        this.tried = tried;
        this.byReturn = IntStream.range(0, operations.size())
                .filter(each -> isDemanding(operations.get(each)))
                .boxed()
                .sorted(Comparator.comparingLong(each -> operations.get(each).returned()))
                .mapToInt(each -> each)
                .toArray();
        this.place = IntStream.range(0, operations.size()).map(each -> -1).toArray();
        for (int i = 0; i < byReturn.length; i++) {
            place[byReturn[i]] = i;
        }
        this.freshStarts = new long[byReturn.length][];
    }

    private boolean isDemanding(Operation<I, O> operation) {
        return !operation.isOpen()
                && operation.output().isPresent()
                && model.canGetOutOfReach(operation.input(), operation.output().get());
    }

    /** The operation was taken back. */
    void takenBack(int operation) {
        if (place[operation] >= 0) {
            next = Math.min(next, place[operation]);
        }
    }

    /** Whether an answer is not to be reached from {@code state} with what is left. */
    boolean isDeadEnd(S state) {
        while (next < byReturn.length && tried.isPlaced(byReturn[next])) {
            next++;
        }
        if (next == byReturn.length) {
            return false;
        }
        long horizon = operations.get(byReturn[next]).returned();
        for (int i = next; i < byReturn.length && isCalled(i, horizon); i++) {
            if (!tried.isPlaced(byReturn[i]) && isOutOfReach(i, state)) {
                return true;
            }
        }
        return false;
    }

    private boolean isCalled(int demand, long horizon) {
        return operations.get(byReturn[demand]).called() < horizon;
    }

    private boolean isOutOfReach(int demand, S state) {
        Operation<I, O> operation = operations.get(byReturn[demand]);
        return !model.isInReach(state, operation.input(), operation.output().orElseThrow())
                && !tried.leavesAnyOf(freshStarts(demand));
    }

    private long[] freshStarts(int demand) {
        if (freshStarts[demand] == null) {
            freshStarts[demand] = freshStartsFor(operations.get(byReturn[demand]));
        }
        return freshStarts[demand];
    }

    private long[] freshStartsFor(Operation<I, O> demand) {
        long[] found = new long[(operations.size() + 63) / 64];
        for (int i = 0; i < operations.size(); i++) {
            Operation<I, O> other = operations.get(i);
            if (other.called() < demand.returned()
                    && model.startsAfresh(
                            other.input(), demand.input(), demand.output().orElseThrow())) {
                found[i >> 6] |= 1L << i;
            }
        }
        return found;
    }
}
