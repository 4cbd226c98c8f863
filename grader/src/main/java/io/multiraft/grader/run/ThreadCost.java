// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * Processor time that is used for one thread: its own, and that of the garbage collector meanwhile. The collector only
 * tells how long it was at work; what the process has used bounds that on a busy machine.
 */
final class ThreadCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final List<GarbageCollectorMXBean> COLLECTORS = ManagementFactory.getGarbageCollectorMXBeans();

    private final Thread thread;
    private long lastThread;
    private long lastProcess;
    private long lastCollector;
    private long ownNanos;
    private long collectorNanos;

    /** Counts from now on. */
    ThreadCost(Thread thread) {
        this.thread = thread;
        measure();
        ownNanos = 0;
        collectorNanos = 0;
    }

    /** To be called often, as the bound is taken between two calls. */
    void measure() {
        long threadNow = THREADS.getThreadCpuTime(thread.getId());
        long processNow = PROCESS.getProcessCpuTime();
        long collectorNow = 0;
        for (GarbageCollectorMXBean each : COLLECTORS) {
            collectorNow += each.getCollectionTime() * 1_000_000;
        }
        long own = threadNow - lastThread;
        ownNanos += own;
        collectorNanos += Math.max(0, Math.min(collectorNow - lastCollector, processNow - lastProcess - own));
        lastThread = threadNow;
        lastProcess = processNow;
        lastCollector = collectorNow;
    }

    /** Used by the thread itself. */
    long ownNanos() {
        return ownNanos;
    }

    /** Used by the collector. */
    long collectorNanos() {
        return collectorNanos;
    }

    /** Both together. */
    long nanos() {
        return ownNanos + collectorNanos;
    }
}
