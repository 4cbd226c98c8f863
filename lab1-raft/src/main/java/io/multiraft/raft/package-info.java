// SPDX-License-Identifier: Apache-2.0
/**
 * What a replicated service and its Raft agree on. A service drives {@link io.multiraft.raft.Raft}; Raft drives the
 * service's {@link io.multiraft.raft.StateMachine}. Both live on the event loop of the same node.
 */
package io.multiraft.raft;
