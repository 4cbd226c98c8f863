// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.multiraft.node.Reply;
import io.multiraft.node.Services;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** For a node that nobody calls. */
final class NoServices implements Services {

    @Override
    public <Q, R> void handle(MethodDescriptor<Q, R> rpc, Function<Q, R> handler) {
        throw new UnsupportedOperationException(rpc.getFullMethodName());
    }

    @Override
    public <Q, R> void handleLater(MethodDescriptor<Q, R> rpc, BiConsumer<Q, Reply<R>> handler) {
        throw new UnsupportedOperationException(rpc.getFullMethodName());
    }

    @Override
    public void handleTask(String name, BiConsumer<ByteString, Reply<ByteString>> handler) {
        throw new UnsupportedOperationException(name);
    }
}
