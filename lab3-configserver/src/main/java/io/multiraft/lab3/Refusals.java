// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab3;

import io.multiraft.config.Config;
import io.multiraft.config.rpc.Join;
import io.multiraft.config.rpc.Leave;
import io.multiraft.config.rpc.Move;
import java.util.Optional;

/**
 * Which commands make no sense, and why. Looked at when a command is executed, not when it is sent: what came before it in
 * the log decides.
 */
final class Refusals {
    private Refusals() {}

    /** Why {@code join} is refused; empty if it is not. */
    static Optional<String> ofJoin(Config config, Join join) {
        // TODO 3B
        return Optional.empty();
    }

    /** Why {@code leave} is refused; empty if it is not. */
    static Optional<String> ofLeave(Config config, Leave leave) {
        // TODO 3B
        return Optional.empty();
    }

    /** Why {@code move} is refused; empty if it is not. */
    static Optional<String> ofMove(Config config, Move move) {
        // TODO 3B
        return Optional.empty();
    }
}
