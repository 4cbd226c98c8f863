// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Interrupts a thread that has not come to its end in time. */
final class TimeLimit implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long seconds;

    private TimeLimit(long seconds) {
        this.seconds = seconds;
    }

    /** For {@code thread}, from now on. */
    static TimeLimit of(Thread thread, long seconds) {
        TimeLimit limit = new TimeLimit(seconds);
        Thread watch = new Thread(() -> limit.watch(thread), "time limit");
        watch.setDaemon(true);
        watch.start();
        return limit;
    }

    private void watch(Thread thread) {
        try {
            if (!closed.await(seconds, TimeUnit.SECONDS)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How long it is. */
    long seconds() {
        return seconds;
    }

    /** The thread has come to its end. */
    @Override
    public void close() {
        closed.countDown();
    }
}
