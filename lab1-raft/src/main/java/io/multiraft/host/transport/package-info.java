// SPDX-License-Identifier: Apache-2.0
/**
 * How calls travel between real nodes: as items of frames, on one gRPC stream for each pair of nodes, which is opened again
 * when it breaks; and how any gRPC client reaches a node, by the typed methods of its services.
 *
 * <p>Everything here runs on the event loop of the node that it belongs to, which is Netty's own, except where it says
 * otherwise. What waits for a peer is bounded: beyond the bound calls are dropped, as any call may be lost.
 */
package io.multiraft.host.transport;
