// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

/**
 * Makes the Raft of one node. An implementation of the {@code raft} layer has exactly one public class that implements
 * this interface, with a public constructor without parameters.
 */
@FunctionalInterface
public interface RaftFactory {

    /**
     * A Raft that is not started yet: whoever calls this starts it, from its own {@code start}, with its own context.
     *
     * @param config the group
     * @param stateMachine already recovered from storage: its {@code appliedIndex()} is right
     * @param roleListener told of each change of role or term
     */
    Raft create(RaftConfig config, StateMachine stateMachine, RoleListener roleListener);
}
