// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import io.multiraft.node.Address;
import io.multiraft.node.TodoException;

/** The code of a node threw something while it handled an event; the stack trace is that of what it threw. */
public final class NodeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Address node;

    NodeFailure(Address node, String event, Throwable thrown) {
        this(node, event, thrown, Thrown.of(thrown));
    }

    private NodeFailure(Address node, String event, Throwable thrown, Thrown described) {
        super(
                node + " threw " + described.text() + " while it handled " + event,
                thrown instanceof TodoException ? thrown : null);
        setStackTrace(described.frames().toArray(StackTraceElement[]::new));
        this.node = node;
    }

    /** Whose code it was. */
    public Address node() {
        return node;
    }
}
