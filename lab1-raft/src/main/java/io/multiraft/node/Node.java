// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node;

/**
 * A process of the system. Created anew at every boot; only what its storage holds survives.
 *
 * <p>All of its code runs on the node's event loop, one event at a time. Inside a node there are no threads, no wall
 * clocks, no randomness of its own and no mutable statics: that is what lets a run be repeated from a seed.
 */
public interface Node {

    /**
     * Called once, as the first event: registers handlers, recovers from storage, sets timers.
     *
     * @param context the node's access to the world, valid until the node dies
     * @param services where handlers are registered; only during this call
     */
    void start(NodeContext context, Services services);
}
