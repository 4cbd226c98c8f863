// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Consumer;

/**
 * Ends what never ends. Judges by the processor time of the watched thread, not by the clock, so that a busy machine costs
 * nobody points; a thread that only waits is given a minute.
 */
final class Watchdog implements AutoCloseable {
    private static final long CPU_LIMIT_NANOS = 120_000_000_000L;
    private static final int IDLE_SECONDS = 60;

    private final Thread watched;
    private final Consumer<String> onHang;
    private final Thread thread;

    Watchdog(Thread watched, Consumer<String> onHang) {
        this.watched = watched;
        this.onHang = onHang;
        this.thread = new Thread(this::watch, "watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = threads.getThreadCpuTime(watched.getId());
        long before = begin;
        int idle = 0;
        try {
            while (true) {
                Thread.sleep(1_000);
                long used = threads.getThreadCpuTime(watched.getId());
                idle = used - before < 1_000_000 && watched.getState() != Thread.State.RUNNABLE ? idle + 1 : 0;
                before = used;
                if (used - begin > CPU_LIMIT_NANOS) {
                    onHang.accept("an event is never done: the node's code runs without end at " + where());
                } else if (idle >= IDLE_SECONDS) {
                    onHang.accept("an event is never done: the node's code waits at " + where());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed: the work is done
        }
    }

    private String where() {
        StackTraceElement[] frames = watched.getStackTrace();
        for (StackTraceElement frame : frames) {
            if (!frame.getClassName().startsWith("java.")) {
                return frame.toString();
            }
        }
        return frames.length == 0 ? "an unknown place" : frames[0].toString();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
