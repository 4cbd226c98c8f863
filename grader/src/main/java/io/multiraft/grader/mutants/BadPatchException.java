// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

/** A patch cannot be used; the message says why, for the person who wrote it. */
public final class BadPatchException extends Exception {
    private static final long serialVersionUID = 1L;

    BadPatchException(String message) {
        super(message);
    }
}
