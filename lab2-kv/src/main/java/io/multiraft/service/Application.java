// SPDX-License-Identifier: Apache-2.0
package io.multiraft.service;

import com.google.protobuf.ByteString;

/**
 * What a replicated service does with commands. All members of the group execute the same commands in the same order, so
 * what it does and answers may depend on nothing but the commands and the state. Called on the node's event loop.
 */
public interface Application {

    /**
     * Executes a committed command. A command that makes no sense gets an answer that says so; an exception stops the node.
     *
     * @param state what the commands before left; changes take effect at once, and survive a crash together with the
     *     knowledge that this command is executed
     */
    Answer execute(ByteString command, State state);

    /**
     * Answers a command that changes nothing, without the log.
     *
     * @param state everything that was executed so far
     */
    ByteString read(ByteString command, StateReader state);

    /**
     * The sessions that the sender of a command belongs to. Sessions of one scope can be handed over to another group, and a
     * client has one for each scope that it sends commands to. Only the sharded service has more than one.
     */
    default long sessionScope(ByteString command) {
        return 0;
    }

    /**
     * The state was loaded after a start or replaced by a snapshot: whatever the application remembers of it in memory is out
     * of date.
     */
    default void stateReplaced(StateReader state) {}
}
