// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node;

/**
 * Thrown where the skeleton of a lab still waits for its student: the step is not started, nothing is broken. Students may
 * throw it in classes of their own, too.
 */
public final class TodoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String step;

    /**
     * A gap of the skeleton.
     *
     * @param step for example {@code 1A}
     * @param what what is to be written here, as an imperative
     */
    public TodoException(String step, String what) {
        super(step + ": " + what);
        this.step = step;
    }

    /** The step that fills the gap. */
    public String step() {
        return step;
    }
}
