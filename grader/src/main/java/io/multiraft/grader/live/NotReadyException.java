// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

/** A server has not come up in time, and has not ended either: nobody knows whether it would have. */
final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code facts} in a whole sentence. */
    NotReadyException(String facts) {
        super(facts);
    }
}
