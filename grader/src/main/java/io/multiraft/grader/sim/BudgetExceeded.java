// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

/** A run had more events or messages than any sound protocol needs; without this bound it might never end. */
public final class BudgetExceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BudgetExceeded(String message) {
        super(message);
    }
}
