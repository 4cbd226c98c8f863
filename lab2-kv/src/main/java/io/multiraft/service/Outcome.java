// SPDX-License-Identifier: Apache-2.0
package io.multiraft.service;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import java.util.Optional;

/** What became of a command that was given to a replicated service. */
public sealed interface Outcome {

    /** The command was executed, by this request or an earlier one with the same number, and {@code reply} was its answer. */
    record Answered(ByteString reply) implements Outcome {}

    /**
     * This member is not the leader, or has ceased to be before the command was committed; in the second case the command may
     * still be executed.
     *
     * @param leaderHint the leader that this member knows of
     */
    record NotLeader(Optional<Address> leaderHint) implements Outcome {}

    /** Not committed within {@link ServiceOptions#answerTimeout}; it may still be. */
    record TimedOut() implements Outcome {}

    /** The command is longer than Raft accepts; it is not executed. */
    record TooLarge(int limitBytes) implements Outcome {}

    /** A later command of the client was executed already: nobody waits for this one, and its answer is forgotten. */
    record Superseded() implements Outcome {}
}
