// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** How others reach a node: one handler for each gRPC method. Handlers run on the node's event loop. */
public interface Services {

    /**
     * Serves {@code rpc} with a handler that answers at once, as the receivers of Figure 2 do.
     *
     * @throws IllegalStateException if {@code rpc} already has a handler
     */
    <Q, R> void handle(MethodDescriptor<Q, R> rpc, Function<Q, R> handler);

    /**
     * Serves {@code rpc} with a handler that answers now or in a later event, at most once.
     *
     * @throws IllegalStateException if {@code rpc} already has a handler
     */
    <Q, R> void handleLater(MethodDescriptor<Q, R> rpc, BiConsumer<Q, Reply<R>> handler);

    /**
     * Serves work that is submitted into the node's loop from its own process, not over the network: how clients, tools
     * and tests drive a node.
     *
     * @param name of the work
     * @param handler from argument to result
     * @throws IllegalStateException if {@code name} already has a handler
     */
    void handleTask(String name, BiConsumer<ByteString, Reply<ByteString>> handler);
}
