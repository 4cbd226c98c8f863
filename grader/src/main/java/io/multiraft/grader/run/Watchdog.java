// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.CodeUnderTest;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Ends what never ends: an event that uses processor time without being done, or waits, and runs that are endlessly slow. It
 * judges by what the watched thread uses and by its state, and events only while code under test is at work in them, so
 * that a busy machine costs nobody points.
 */
final class Watchdog implements AutoCloseable {
    private static final long TICK_MILLIS = 200;
    private static final long TICK_USE_NANOS = 200_000;

    private final Thread watched;
    private final LongSupplier progress;
    private final Patience patience;
    private final Consumer<String> onHang;
    private final Thread thread;

    private ThreadCost ofOrder;
    private ThreadCost ofEvent;
    private long reached;
    private long idleMillis;

    /**
     * Watches until it is closed.
     *
     * @param progress changes with every event
     * @param onHang told in a sentence what never ends
     */
    Watchdog(Thread watched, LongSupplier progress, Patience patience, Consumer<String> onHang) {
        this.watched = watched;
        this.progress = progress;
        this.patience = patience;
        this.onHang = onHang;
        this.thread = new Thread(this::watch, "watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            ofOrder = new ThreadCost(watched);
            ofEvent = new ThreadCost(watched);
            reached = progress.getAsLong();
            while (true) {
                Thread.sleep(TICK_MILLIS);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed: the work is done
        } catch (OutOfMemoryError e) {
            onHang.accept("the node's code used up all memory");
        }
    }

    private void look() {
        List<StackTraceElement> frames = List.of(watched.getStackTrace());
        long now = progress.getAsLong();
        if (now != reached || CodeUnderTest.frame(frames).isEmpty()) {
            reached = now;
            ofEvent = new ThreadCost(watched);
            idleMillis = 0;
        }
        long before = ofOrder.ownNanos();
        ofOrder.measure();
        ofEvent.measure();
        boolean waits = ofOrder.ownNanos() - before < TICK_USE_NANOS && watched.getState() != Thread.State.RUNNABLE;
        idleMillis = waits ? idleMillis + TICK_MILLIS : 0;
        judge(frames);
    }

    private void judge(List<StackTraceElement> frames) {
        if (ofEvent.nanos() > patience.eventMillis() * 1_000_000) {
            boolean full = ofEvent.collectorNanos() > ofEvent.ownNanos();
            onHang.accept("an event is never done: the node's code "
                    + (full ? "uses up all memory" : "runs without end")
                    + CodeUnderTest.place(frames));
        } else if (idleMillis > patience.waitingMillis()) {
            onHang.accept("an event is never done: the node's code waits" + CodeUnderTest.place(frames)
                    + "; a handler never waits, use context.setTimer or the reply's callback");
        } else if (ofOrder.nanos() > patience.orderMillis() * 1_000_000) {
            onHang.accept("the node's code is too slow to be tested: a few runs have used "
                    + patience.orderMillis() / 1_000 + " s of processor time; now it is" + CodeUnderTest.place(frames));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
