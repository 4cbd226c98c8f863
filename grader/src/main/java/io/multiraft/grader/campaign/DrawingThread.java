// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import net.jqwik.api.sessions.JqwikSession;

/**
 * The thread on which everything is drawn. jqwik draws inside a session only, one thread of a process can have a session at
 * a time, and generators are cheap only as long as their session lasts: so one thread keeps one session for good.
 */
final class DrawingThread {
    private static final ExecutorService THREAD = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(
                () -> {
                    JqwikSession.start();
                    task.run();
                },
                "drawing");
        thread.setDaemon(true);
        return thread;
    });

    private DrawingThread() {}

    /** What {@code drawing} gives on that thread; any thread may call, and waits. */
    static <T> T draw(Supplier<T> drawing) {
        Future<T> drawn = THREAD.submit(() -> {
            try {
                return drawing.get();
            } finally {
                JqwikSession.finishTry();
            }
        });
        try {
            return drawn.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a schedule was drawn", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("could not draw: " + e.getCause(), e.getCause());
        }
    }
}
