// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

/** Something of the real system cannot begin because of what it was given; the message is one line for people. */
public final class CannotRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotRunException(String message) {
        super(message);
    }

    CannotRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
