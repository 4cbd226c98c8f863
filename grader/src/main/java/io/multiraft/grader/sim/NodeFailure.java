// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import io.multiraft.node.Address;

/** The code of a node threw an exception while it handled an event. */
public final class NodeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Address node;

    NodeFailure(Address node, String event, Throwable cause) {
        super(node + " threw " + cause + " while it handled " + event, cause);
        this.node = node;
    }

    /** Whose code it was. */
    public Address node() {
        return node;
    }
}
