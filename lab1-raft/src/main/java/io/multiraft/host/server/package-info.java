// SPDX-License-Identifier: Apache-2.0
/**
 * Servers and clients of the real system, whatever they serve: a {@link io.multiraft.host.server.Server} is a node with its
 * data directory and its port; {@link io.multiraft.host.server.ClientHost} lets a program use clients. The labs say what
 * their servers are made of ({@link io.multiraft.host.server.ServerPlan}).
 */
package io.multiraft.host.server;
