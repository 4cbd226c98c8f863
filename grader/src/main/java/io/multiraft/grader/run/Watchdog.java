// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Ends what never ends: an event that uses processor time without being done, or waits. It judges by the processor time of
 * the watched thread and by its state, so that a busy machine costs nobody points.
 */
final class Watchdog implements AutoCloseable {
    private static final long CPU_LIMIT_NANOS = 10_000_000_000L;
    private static final int IDLE_SECONDS = 20;

    private final Thread watched;
    private final LongSupplier progress;
    private final Consumer<String> onHang;
    private final Thread thread;

    /**
     * Watches until it is closed.
     *
     * @param progress changes with every event
     * @param onHang told in a sentence what never ends
     */
    Watchdog(Thread watched, LongSupplier progress, Consumer<String> onHang) {
        this.watched = watched;
        this.progress = progress;
        this.onHang = onHang;
        this.thread = new Thread(this::watch, "watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long reached = progress.getAsLong();
        long begin = threads.getThreadCpuTime(watched.getId());
        long before = begin;
        int idle = 0;
        try {
            while (true) {
                Thread.sleep(1_000);
                long used = threads.getThreadCpuTime(watched.getId());
                boolean waits = used - before < 1_000_000 && watched.getState() != Thread.State.RUNNABLE;
                before = used;
                if (progress.getAsLong() != reached) {
                    reached = progress.getAsLong();
                    begin = used;
                    idle = 0;
                    continue;
                }
                idle = waits ? idle + 1 : 0;
                if (used - begin > CPU_LIMIT_NANOS) {
                    onHang.accept("an event is never done: the node's code runs without end at " + where());
                } else if (idle >= IDLE_SECONDS) {
                    onHang.accept("an event is never done: the node's code waits at " + where()
                            + "; a handler never waits, use context.setTimer or the reply's callback");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed: the work is done
        }
    }

    private String where() {
        StackTraceElement[] frames = watched.getStackTrace();
        for (StackTraceElement frame : frames) {
            if (!frame.getClassName().matches("(java|jdk|sun)\\..*")) {
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
