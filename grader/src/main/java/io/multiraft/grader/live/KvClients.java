// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.kv.KvRecord;
import io.multiraft.grader.load.CodeUnderTest;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.host.server.ClientHost;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.node.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * Clients of the key-value store that ask one command after the other, each with a thread of its own, on a few keys. The keys
 * change from time to time, so that nothing that is judged grows without bound. One more client is for the judge.
 */
final class KvClients implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** A client has to keep its deadline itself; only one that never comes back is found out here. */
    private static final long GRACE_SECONDS = 60;

    private static final long KEYS_LAST_MICROS = 6_000_000;
    private static final int THINK_MAX_MILLIS = 30;

    private final Witness witness;
    private final Diary diary;
    private final long seed;
    private final int count;
    private final int keys;
    private final ClientHost<KvClient> clients;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean done;

    /** {@code count} clients of {@code system} that do not ask anything yet. */
    KvClients(LiveSystem system, int count, long seed, Witness witness, Diary diary) {
        this.witness = witness;
        this.diary = diary;
        this.seed = seed;
        this.count = count;
        this.keys = system.keys();
        KvClientOptions options = KvClientOptions.DEFAULT.withDeadline(DEADLINE);
        List<KvClient> all = IntStream.rangeClosed(0, count)
                .mapToObj(number -> system.client(options))
                .toList();
        try {
            clients = ClientHost.open(new Address(Links.CLIENTS), all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** They begin to ask. */
    void start() {
        for (int number = 1; number <= count; number++) {
            Asking asking = new Asking(number);
            Thread thread = new Thread(asking::run, "client " + number);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** They stop to ask; returns when all that is under way has ended, one way or the other. */
    void stop() throws InterruptedException {
        done = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** The client of the judge reads a key; empty if it gave up, or if clients have failed. */
    Optional<KvResult> read(String key) {
        return ask(0, command(Operation.GET, key, "")).filter(result -> !(result instanceof KvResult.GaveUp));
    }

    private Optional<KvResult> ask(int number, KvCommand command) {
        int operation = witness.called(number, command);
        CompletableFuture<KvResult> answer =
                clients.call(number, (client, onResult) -> client.execute(command, onResult));
        try {
            KvResult result = answer.get(DEADLINE.toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
            witness.returned(operation, result);
            return Optional.of(result);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause().getCause() == null
                    ? e.getCause()
                    : e.getCause().getCause();
            witness.accuse(
                    Property.CRASH,
                    "Client " + number + " has failed: " + cause + CodeUnderTest.place(List.of(cause.getStackTrace()))
                            + ".");
        } catch (TimeoutException e) {
            witness.accuse(
                    Property.LIVENESS,
                    "Client " + number + " was to be done after " + DEADLINE.toSeconds() + " s, and has not come back "
                            + GRACE_SECONDS + " s later.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private static KvCommand command(Operation operation, String key, String value) {
        return KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    @Override
    public void close() {
        done = true;
        threads.forEach(Thread::interrupt);
        clients.close();
    }

    /** What one client asks. */
    private final class Asking {
        private final int number;
        private final SimRandom luck;
        private final int readPermille;
        private long tokens;

        Asking(int number) {
            this.number = number;
            this.luck = SimRandom.of(seed, 0x434C4945, number);
            // who mostly reads stays with a server that still answers, even if it leads no more
            this.readPermille = number % 3 == 0 ? 850 : 350;
        }

        void run() {
            try {
                while (!done && ask(number, next()).isPresent()) {
                    Thread.sleep(luck.nextInt(THINK_MAX_MILLIS));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the run is over
            }
        }

        private KvCommand next() {
            long time = diary.nowMicros() / KEYS_LAST_MICROS;
            boolean ofTokens = luck.chance(600);
            String key = (ofTokens ? KvRecord.TOKENS : "k") + time + "." + luck.nextInt(keys);
            if (luck.chance(readPermille)) {
                return command(Operation.GET, key, "");
            } else if (ofTokens) {
                return command(Operation.APPEND, key, KvRecord.token(number, ++tokens));
            }
            return switch (luck.nextInt(4)) {
                case 0 -> command(Operation.APPEND, key, "x" + number + "." + ++tokens);
                case 1 -> command(Operation.DELETE, key, "");
                default -> command(Operation.PUT, key, "p" + number + "." + ++tokens);
            };
        }
    }
}
