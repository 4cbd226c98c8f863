// SPDX-License-Identifier: Apache-2.0
/**
 * The narrow port through which an engine (simulator or host) drives a node: one event in, a list of effects out. Both
 * consist of numbers, text and bytes only, so that the node may live in another process.
 */
package io.multiraft.node.port;
