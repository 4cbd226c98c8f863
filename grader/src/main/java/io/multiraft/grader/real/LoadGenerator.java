// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import com.google.protobuf.ByteString;
import io.multiraft.host.server.ClientHost;
import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.node.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Clients that are busy all the time: each of them has one command under way, and gives the next one as soon as it has the
 * result. All of them share the event loop of one host; everything about them happens there.
 */
public final class LoadGenerator implements AutoCloseable {
    private final Workload workload;
    private final int clientCount;
    private final ClientHost<KvClient> clients;
    private final List<List<ByteString>> keys;
    private final ByteString value;
    private final RandomGenerator random = new SplittableRandom();

    private LoadGenerator(Workload workload, int clientCount, ClientHost<KvClient> clients) {
        this.workload = workload;
        this.clientCount = clientCount;
        this.clients = clients;
        this.keys = workload.keysByBucket();
        byte[] bytes = new byte[workload.valueBytes()];
        random.nextBytes(bytes);
        this.value = ByteString.copyFrom(bytes);
    }

    /**
     * Clients that wait for work.
     *
     * @param factory makes clients that are not started yet
     * @param patience for each command
     */
    public static LoadGenerator open(
            Function<KvClientOptions, KvClient> factory, Workload workload, int clientCount, Duration patience) {
        KvClientOptions options = KvClientOptions.DEFAULT.withDeadline(patience);
        List<KvClient> clients = IntStream.range(0, clientCount)
                .mapToObj(number -> factory.apply(options))
                .toList();
        Address name = new Address("load-" + ProcessHandle.current().pid());
        try {
            return new LoadGenerator(workload, clientCount, ClientHost.open(name, clients));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Gives each key a value.
     *
     * @throws CannotRunException if that does not succeed
     */
    public void fill() {
        int[] last = {-1};
        Counts counts = new Counts(System.nanoTime(), Long.MAX_VALUE);
        run(counts, client -> ++last[0] < workload.keys() && counts.errors == 0 ? Workload.put(last[0], value) : null);
        if (counts.errors > 0) {
            throw new CannotRunException("the keys cannot be filled: " + counts.firstError);
        }
    }

    /** Works for {@code warmUp} without counting, then for {@code measured}; returns when all commands have a result. */
    public LoadReport work(Duration warmUp, Duration measured) {
        long begin = System.nanoTime() + warmUp.toNanos();
        Counts counts = new Counts(begin, begin + measured.toNanos());
        run(
                counts,
                client ->
                        System.nanoTime() - counts.endNanos < 0 ? workload.next(keysOf(client), random, value) : null);
        return counts.report();
    }

    private List<ByteString> keysOf(int client) {
        return keys.get(workload.buckets() == 0 ? 0 : workload.bucketOf(client));
    }

    /** Lets all clients work until {@code next} gives null, on the event loop. */
    private void run(Counts counts, IntFunction<KvCommand> next) {
        List<CompletableFuture<Boolean>> ends = new ArrayList<>();
        for (int i = 0; i < clientCount; i++) {
            int number = i;
            ends.add(clients.call(i, (client, end) -> work(number, client, counts, next, end)));
        }
        ends.forEach(CompletableFuture::join);
    }

    private void work(int number, KvClient client, Counts counts, IntFunction<KvCommand> next, Consumer<Boolean> end) {
        KvCommand command = next.apply(number);
        if (command == null) {
            end.accept(true);
            return;
        }
        long sentNanos = System.nanoTime();
        client.execute(command, result -> {
            counts.ended(number, result, sentNanos, System.nanoTime());
            work(number, client, counts, next, end);
        });
    }

    @Override
    public void close() {
        clients.close();
    }

    /** What was counted; only what ends between two moments counts. */
    private final class Counts {
        private final long beginNanos;
        private final long endNanos;
        private final Latencies latencies = new Latencies();
        private final List<Long> perSecond = new ArrayList<>();
        private final long[] slowestMicros = new long[clientCount];
        private long errors;
        private String firstError;

        Counts(long beginNanos, long endNanos) {
            this.beginNanos = beginNanos;
            this.endNanos = endNanos;
        }

        void ended(int client, KvResult result, long sentNanos, long nowNanos) {
            boolean isError = result instanceof KvResult.GaveUp || result instanceof KvResult.TooLarge;
            if (isError) {
                errors++;
                firstError = firstError == null ? result.toString() : firstError;
            } else if (nowNanos - beginNanos >= 0 && nowNanos - endNanos < 0) {
                long micros = TimeUnit.NANOSECONDS.toMicros(nowNanos - sentNanos);
                latencies.add(micros);
                slowestMicros[client] = Math.max(slowestMicros[client], micros);
                int second = (int) TimeUnit.NANOSECONDS.toSeconds(nowNanos - beginNanos);
                while (perSecond.size() <= second) {
                    perSecond.add(0L);
                }
                perSecond.set(second, perSecond.get(second) + 1);
            }
        }

        private Map<Integer, Double> slowestByBucket() {
            Map<Integer, Double> slowest = new TreeMap<>();
            for (int client = 0; client < clientCount; client++) {
                slowest.merge(workload.bucketOf(client), slowestMicros[client] / 1e3, Math::max);
            }
            return slowest;
        }

        LoadReport report() {
            double seconds = (endNanos - beginNanos) / 1e9;
            return new LoadReport(
                    workload.kind().name().toLowerCase(Locale.ROOT),
                    clientCount,
                    workload.valueBytes(),
                    workload.keys(),
                    seconds,
                    latencies.total(),
                    Math.round(10 * latencies.total() / seconds) / 10.0,
                    latencies.microsAt(500) / 1e3,
                    latencies.microsAt(990) / 1e3,
                    latencies.microsAt(999) / 1e3,
                    latencies.maxMicros() / 1e3,
                    List.copyOf(perSecond),
                    errors,
                    firstError,
                    workload.buckets() == 0 ? null : slowestByBucket(),
                    null);
        }
    }
}
