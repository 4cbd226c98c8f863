// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.CodeUnderTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** Tells which order has called {@code System.exit}, and where, before the process is gone. */
final class ExitNotice {
    private final Map<Thread, Order> running = new ConcurrentHashMap<>();
    private final BiConsumer<Order, String> onExit;

    /** Is told, from now on, of each order that ends the process, with a sentence about it. */
    ExitNotice(BiConsumer<Order, String> onExit) {
        this.onExit = onExit;
        Runtime.getRuntime().addShutdownHook(new Thread(this::tell, "exit"));
    }

    /** The calling thread carries out {@code order}. */
    void begins(Order order) {
        running.put(Thread.currentThread(), order);
    }

    /** It has been carried out. */
    void ends() {
        running.remove(Thread.currentThread());
    }

    private void tell() {
        running.forEach((thread, order) -> {
            List<StackTraceElement> frames = List.of(thread.getStackTrace());
            if (frames.stream().anyMatch(ExitNotice::ends)) {
                onExit.accept(
                        order, "the node's code ended the process with System.exit" + CodeUnderTest.place(frames));
            }
        });
    }

    private static boolean ends(StackTraceElement frame) {
        return frame.getClassName().equals("java.lang.Runtime")
                && frame.getMethodName().equals("exit");
    }
}
