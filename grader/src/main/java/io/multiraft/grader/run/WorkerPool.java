// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

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

    private final AtomicInteger deaths = new AtomicInteger();
    private final int threads;
    private WorkerProcess shared;

    /**
     * A pool whose process starts with the first order.
     *
     * @param threads orders at a time
     */
    public WorkerPool(int threads) {
        this.threads = threads;
    }

    /** Carries out an order; may be called by several threads at a time. */
    public Outcome carryOut(Order order) {
        if (deaths.get() >= MOST_DEATHS) {
            return Outcome.lost(
                    Property.CRASH,
                    Outcome.Status.FAILED,
                    "not run: the node's code has ended its process " + MOST_DEATHS + " times before; mend that first",
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
            shared = new WorkerProcess(threads, List.of());
        }
        return shared;
    }

    private Outcome alone(Order order) {
        try (WorkerProcess process = new WorkerProcess(1, List.of())) {
            Outcome outcome = process.carryOut(order).orElse(null);
            if (outcome != null && process.isAlive()) {
                return outcome;
            }
            deaths.incrementAndGet();
            return outcome != null
                    ? outcome
                    : Outcome.lost(
                            Property.CRASH,
                            Outcome.Status.FAILED,
                            "the node's code ended the process that ran it (exit code " + process.exitCode()
                                    + ") before the test was over",
                            order.seed());
        }
    }

    @Override
    public synchronized void close() {
        if (shared != null) {
            shared.close();
        }
    }
}
