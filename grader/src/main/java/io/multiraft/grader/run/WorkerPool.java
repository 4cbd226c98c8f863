// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import java.nio.file.Path;

/**
 * Has orders carried out in a child process, several at a time: they share what the process has compiled to machine code. If
 * the process dies, every order that was under way is tried again in a process of its own, so that it costs only the test
 * that killed it.
 */
public final class WorkerPool implements AutoCloseable {
    private final Path classes;
    private final String packageName;
    private final int threads;
    private WorkerProcess shared;

    /**
     * A pool whose process starts with the first order.
     *
     * @param classes folder with the classes to judge, of the package {@code packageName}
     */
    public WorkerPool(Path classes, String packageName, int threads) {
        this.classes = classes;
        this.packageName = packageName;
        this.threads = threads;
    }

    /** Carries out an order; may be called by several threads at a time. */
    public Outcome carryOut(Order order) {
        return shared().carryOut(order).orElseGet(() -> alone(order));
    }

    private synchronized WorkerProcess shared() {
        if (shared == null || !shared.isAlive()) {
            shared = new WorkerProcess(classes, packageName, threads);
        }
        return shared;
    }

    private Outcome alone(Order order) {
        try (WorkerProcess process = new WorkerProcess(classes, packageName, 1)) {
            return process.carryOut(order)
                    .orElseGet(() -> Outcome.lost(
                            Property.CRASH,
                            Outcome.Status.FAILED,
                            "the node's code ended the process that ran it (exit code " + process.exitCode()
                                    + ") before the test was over",
                            order.seed()));
        }
    }

    @Override
    public synchronized void close() {
        if (shared != null) {
            shared.close();
        }
    }
}
