// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node;

/** The answer that a caller waits for. */
public interface Reply<R> {

    /**
     * Answers the call. May happen in any later event of the node; never after its death.
     *
     * @throws IllegalStateException if it was answered already
     */
    void send(R reply);
}
