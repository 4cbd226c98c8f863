// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Repeats the first runs of campaigns in a second process, in which objects have other identity hashes, while the first
 * process goes on with the others.
 */
final class SecondProcess implements AutoCloseable {
    /** So many runs of each campaign are repeated. */
    static final long RUNS = 3;

    private static final List<String> OTHER_HASHES = List.of("-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=0");

    private final WorkerPool process = new WorkerPool(
            1,
            Stream.concat(OTHER_HASHES.stream(), WorkerPool.FOR_LITTLE.stream()).toList());
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Map<TestCase, CompletableFuture<Boolean>> went = new ConcurrentHashMap<>();

    /** Repeats {@code order}, of which {@code here} came in the first process; called from any thread. */
    void repeat(TestCase test, Order order, Outcome here) {
        went.put(
                test,
                CompletableFuture.supplyAsync(() -> process.carryOut(order).traceHash() == here.traceHash(), thread));
    }

    /** Waits for what was repeated of {@code test}; {@code outcome} as it is or, if it went another way, failed. */
    Outcome judged(TestCase test, Outcome outcome) {
        CompletableFuture<Boolean> same = went.get(test);
        return same == null || same.join()
                ? outcome
                : outcome.failed(
                        Property.DETERMINISM,
                        "the same schedules went another way in a second Java process: the order of a hash set or map of"
                                + " objects without their own hashCode decides");
    }

    @Override
    public void close() {
        thread.shutdownNow();
        process.close();
    }
}
