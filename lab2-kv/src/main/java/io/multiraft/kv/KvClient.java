// SPDX-License-Identifier: Apache-2.0
package io.multiraft.kv;

import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.node.Node;
import java.util.function.Consumer;

/**
 * A client of the key-value store, as a node: called on its event loop, after {@code start}. Each client has an id of its
 * own, and numbers its commands.
 */
public interface KvClient extends Node {

    /**
     * Has {@code command} executed. May be called while another command is under way: then it waits for its turn.
     *
     * @param onResult called exactly once, unless the node dies first: at the latest {@link KvClientOptions#deadline} after
     *     the command's turn has come
     */
    void execute(KvCommand command, Consumer<KvResult> onResult);
}
