// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import com.google.protobuf.ByteString;
import io.multiraft.grader.load.CodeUnderTest;
import io.multiraft.host.server.ClientHost;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientFactory;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of the key-value store for people: one command at a time, and each ends after a limited time. */
public final class KvSession implements AutoCloseable {
    /** A client that keeps its own deadline is done by then. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final ClientHost<KvClient> clients;
    private final Duration patience;

    private KvSession(ClientHost<KvClient> clients, Duration patience) {
        this.clients = clients;
        this.patience = patience;
    }

    /**
     * A client of {@code servers}.
     *
     * @param patience for each command
     * @throws CannotRunException if the client's code fails
     */
    public static KvSession open(KvClientFactory factory, List<Address> servers, Duration patience) {
        return open(factory.create(servers, KvClientOptions.DEFAULT.withDeadline(patience)), patience);
    }

    /**
     * A session of {@code client}, which is not started yet.
     *
     * @param patience that the client has with each command
     * @throws CannotRunException if the client's code fails
     */
    public static KvSession open(KvClient client, Duration patience) {
        Address name = new Address("client-" + ProcessHandle.current().pid());
        try {
            return new KvSession(ClientHost.open(name, List.of(client)), patience);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Has a command executed.
     *
     * @throws CannotRunException if the client's code fails
     */
    public KvResult execute(Operation operation, ByteString key, ByteString value) {
        KvCommand command = KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(key)
                .setValue(value)
                .build();
        try {
            return clients.<KvResult>call(0, (client, onResult) -> client.execute(command, onResult))
                    .get(patience.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new KvResult.GaveUp("the client has not come back");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new KvResult.GaveUp("interrupted");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause().getCause() == null
                    ? e.getCause()
                    : e.getCause().getCause();
            throw new CannotRunException(
                    "the client has failed: " + cause + CodeUnderTest.place(List.of(cause.getStackTrace())), e);
        }
    }

    @Override
    public void close() {
        clients.close();
    }
}
