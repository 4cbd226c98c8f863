// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import io.multiraft.raft.Raft;
import io.multiraft.raft.RaftConfig;
import io.multiraft.raft.RaftFactory;
import io.multiraft.raft.RoleListener;
import io.multiraft.raft.StateMachine;

/** How the framework gets at the Raft of this package. */
public final class RaftNodeFactory implements RaftFactory {

    @Override
    public Raft create(RaftConfig config, StateMachine stateMachine, RoleListener roleListener) {
        return new RaftNode(config, stateMachine, roleListener);
    }
}
