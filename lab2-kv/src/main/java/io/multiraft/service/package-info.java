// SPDX-License-Identifier: Apache-2.0
/**
 * The replicated service: an {@link io.multiraft.service.Application} that all members of a Raft group execute in the same
 * order, with sessions that make each client command take effect exactly once. Labs 2, 3 and 4 stand on it.
 */
package io.multiraft.service;
