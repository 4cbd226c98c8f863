// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

/** The disk does not do what it must: it is full, or what it gives back is damaged. The node cannot go on. */
public final class StorageFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says {@code what} failed, and why. */
    public StorageFailure(String what, Throwable cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}
