// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node.port;

import java.util.List;

/** A running incarnation of a node, as its engine sees it. Called by one thread at a time. */
public interface NodePort {

    /**
     * Lets the node handle one event to its end.
     *
     * @param event the first one is {@link NodeEvent.Start}
     * @param nowMicros the node's monotonic clock, never smaller than in the call before
     * @return what the node did to the world, in order; the engine releases it after the durability barrier
     * @throws RuntimeException or an {@link Error} of the node's own code; the incarnation is dead then
     */
    List<NodeEffect> deliver(NodeEvent event, long nowMicros);
}
