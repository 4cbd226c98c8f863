// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

/** Hears of changes of a node's role or term. */
@FunctionalInterface
public interface RoleListener {

    /**
     * Called on the event loop after the change; may propose. Not called at the boot, when every node is a follower in the
     * term that it has stored, nor when a follower only learns who leads.
     */
    void onRole(long term, Role role);
}
