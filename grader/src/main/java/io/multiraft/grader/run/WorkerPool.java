// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Has orders carried out in a child process, several at a time: they share what the process has compiled to machine code. If
 * the process dies, every order that was under way is tried again in a process of its own, so that it costs only the test
 * that killed it.
 */
public final class WorkerPool implements AutoCloseable {
    /** So often a process may die before everybody gets a process of their own. */
    private static final int DEATHS_TO_SEPARATE = 2;

    /** So often, and no test is run any more: each death takes seconds, and they will not tell more. */
    private static final int MOST_DEATHS = 20;

    /** Memory that one test has used up fails others: the process ends at once, and each is tried again alone. */
    private static final String EXIT_WHEN_FULL = "-XX:+ExitOnOutOfMemoryError";

    /** Options of a process that does little: compiling that well would take longer than it saves. */
    static final List<String> FOR_LITTLE = List.of("-XX:TieredStopAtLevel=1");

    private final AtomicInteger deaths = new AtomicInteger();
    private final Screening screening = new Screening();
    private final int threads;
    private final List<String> options;
    private WorkerProcess shared;
    private volatile boolean closed;

    /**
     * A pool whose process starts with the first order.
     *
     * @param threads orders at a time
     */
    public WorkerPool(int threads) {
        this(threads, List.of());
    }

    /** A pool whose processes run with additional options of Java. */
    WorkerPool(int threads, List<String> options) {
        this.options = options;
        this.threads = threads;
    }

    /** Carries out an order; may be called by several threads at a time. */
    public Outcome carryOut(Order order) {
        Optional<String> obstacle = screening.obstacle(order.lineup());
        if (obstacle.isPresent()) {
            return Outcome.lost(Property.DETERMINISM, Outcome.Status.FAILED, obstacle.get(), order.seed());
        }
        if (deaths.get() >= MOST_DEATHS) {
            return Outcome.lost(
                    Property.CRASH,
                    Outcome.Status.FAILED,
                    "not run: the node's code has ended its process, or had to be ended, " + MOST_DEATHS
                            + " times before; mend that first",
                    order.seed());
        }
        // code that kills again and again would kill whoever shares its process
        if (deaths.get() >= DEATHS_TO_SEPARATE) {
            return alone(order);
        }
        WorkerProcess process = shared();
        Optional<Outcome> outcome = process.carryOut(order);
        if (outcome.isPresent() && !process.isAlive()) {
            deaths.incrementAndGet(); // it has answered, and then ended what would not end
        }
        return outcome.orElseGet(() -> alone(order));
    }

    private synchronized WorkerProcess shared() {
        if (shared == null || !shared.isAlive()) {
            shared = new WorkerProcess(threads, sharedOptions());
        }
        return shared;
    }

    private List<String> sharedOptions() {
        return Stream.concat(options.stream(), Stream.of(EXIT_WHEN_FULL)).toList();
    }

    private Outcome alone(Order order) {
        if (closed) {
            return Outcome.lost(null, Outcome.Status.NOT_RUN, "not run: nobody waits for it any more", order.seed());
        }
        try (WorkerProcess process = new WorkerProcess(1, options)) {
            Outcome outcome = process.carryOut(order).orElse(null);
            if (outcome != null && process.isAlive()) {
                return outcome;
            }
            deaths.incrementAndGet();
            return outcome != null
                    ? outcome
                    : Outcome.lost(
                            Property.CRASH, Outcome.Status.FAILED, endedWith(process.exitCode(), order), order.seed());
        }
    }

    private String endedWith(int exitCode, Order order) {
        if (exitCode == Worker.MEMORY_USED_UP) {
            return "the node's code used up all memory";
        }
        return "the node's code ended the process that ran it (exit code " + exitCode + ") before the test was over"
                + screening.suspects(order.lineup());
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (shared != null) {
            shared.close();
        }
    }
}
