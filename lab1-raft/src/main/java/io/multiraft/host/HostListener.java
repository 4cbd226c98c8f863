// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import io.multiraft.node.Address;
import io.multiraft.node.TraceEvent;

/**
 * Hears what people may want to know of a node. Called on the node's event loop: it must not block, and must not throw.
 */
public interface HostListener {

    /** Hears nothing. */
    HostListener SILENT = new HostListener() {};

    /**
     * The node tells something about itself.
     *
     * @param nowMicros the node's clock
     */
    default void traced(Address node, long nowMicros, TraceEvent event) {}

    /**
     * The node is dead: its code threw {@code cause}, or its disk failed. Nothing of the batch of events that it was in has
     * left the node or reached its disk, early calls aside. Other nodes of the process go on.
     *
     * @param during what the node was handling, in a few words
     */
    default void failed(Address node, String during, Throwable cause) {}

    /** A call to {@code peer}, or an answer to it, was dropped before it left. */
    default void dropped(Address node, Address peer, String method, String reason) {}
}
