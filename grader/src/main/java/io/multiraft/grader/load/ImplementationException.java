// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

/** An implementation cannot be found, compiled or loaded; the message is for the person who wrote or named it. */
public final class ImplementationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is. */
    public enum Kind {
        /** The code does not compile, or lacks what the layer needs. */
        CODE,
        /** There is no such implementation. */
        NOT_FOUND
    }

    private final Kind kind;

    ImplementationException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Whose fault it is. */
    public Kind kind() {
        return kind;
    }
}
