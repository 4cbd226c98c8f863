// SPDX-License-Identifier: Apache-2.0
package io.multiraft.service;

import com.google.protobuf.ByteString;

/**
 * What an application answers to a command.
 *
 * @param reply for the client
 * @param recorded whether the command counts as executed: a repetition gets the same reply and is not executed again. An
 *     answer that is not recorded leaves the client's session alone; the same command may come again and then be executed.
 */
public record Answer(ByteString reply, boolean recorded) {

    /** The command was executed, whatever came of it. */
    public static Answer executed(ByteString reply) {
        return new Answer(reply, true);
    }

    /** The command was turned away, and had no effect. */
    public static Answer turnedAway(ByteString reply) {
        return new Answer(reply, false);
    }
}
