// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.node.Node;
import java.util.function.Consumer;

/**
 * A client of the config server, as a node or as a part of one: called on its event loop, after {@code start}. Each client
 * has an id of its own, and numbers its commands. Its timers are named {@code config-client/…}.
 */
public interface ConfigClient extends Node {

    /**
     * Has {@code command} executed, exactly once unless the result is {@link ConfigResult.GaveUp}. May be called while
     * another command is under way: then it waits for its turn.
     *
     * @param command as {@link ConfigCommands} makes it
     * @param onResult called exactly once, unless the node dies first: at the latest {@link ConfigClientOptions#deadline}
     *     after the command's turn has come
     */
    void execute(ConfigCommand command, Consumer<ConfigResult> onResult);
}
