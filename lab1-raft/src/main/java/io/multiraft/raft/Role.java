// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

/** The three states of a server in the Raft paper, section 5.1. */
public enum Role {
    FOLLOWER,
    CANDIDATE,
    LEADER
}
