// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import com.google.protobuf.ByteString;

/**
 * Puts into words, for traces, what the simulator carries and does not understand. Called only while a trace is recorded;
 * throws nothing, whatever the bytes are.
 */
public interface Describer {

    /** Knows nothing: says how long everything is. */
    Describer OF_LENGTHS = new Describer() {
        @Override
        public String message(Message message) {
            return message.payload().size() + " bytes";
        }

        @Override
        public String command(ByteString command) {
            return command.size() + " bytes";
        }
    };

    /** What {@code message} says, without sender, receiver and method. */
    String message(Message message);

    /** What an entry of the log tells the state machine. */
    String command(ByteString command);
}
