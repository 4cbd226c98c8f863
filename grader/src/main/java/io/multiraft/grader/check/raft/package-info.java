// SPDX-License-Identifier: Apache-2.0
/**
 * The oracles of Raft. They read the wire, the released output of state machines and the surviving storage, never a node's
 * own opinion of itself, and run at every event.
 */
package io.multiraft.grader.check.raft;
