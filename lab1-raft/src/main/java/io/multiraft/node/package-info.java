// SPDX-License-Identifier: Apache-2.0
/**
 * The programming model: a {@link io.multiraft.node.Node} handles one event at a time on its own event loop, and all that
 * it can do to the world goes through its {@link io.multiraft.node.NodeContext}. The same node runs in the simulator and
 * for real.
 */
package io.multiraft.node;
