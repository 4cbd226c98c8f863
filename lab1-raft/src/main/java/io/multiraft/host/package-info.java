// SPDX-License-Identifier: Apache-2.0
/**
 * Runs nodes for real: with a network, a disk and a clock. {@link io.multiraft.host.Host} is one node in this process; the
 * node's code is the same that the simulator runs.
 *
 * <p>Each node has a single thread, which is its event loop and Netty's at once. See {@code docs/host.md}.
 */
package io.multiraft.host;
