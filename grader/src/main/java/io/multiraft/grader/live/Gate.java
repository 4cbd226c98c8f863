// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What bytes pass that go one way along a link. Faults that overlap each hold it for themselves. Any thread may use it. */
final class Gate {
    private final Set<Object> closedBy = new HashSet<>();
    private final Map<Object, Long> slowedBy = new HashMap<>();

    /** Lets nothing through any more, until {@code fault} is taken away. */
    synchronized void close(Object fault) {
        closedBy.add(fault);
    }

    /** Lets everything through later, until {@code fault} is taken away. */
    synchronized void slow(Object fault, long millis) {
        slowedBy.put(fault, millis);
    }

    /** Takes {@code fault} away. */
    synchronized void mend(Object fault) {
        closedBy.remove(fault);
        slowedBy.remove(fault);
        notifyAll();
    }

    /** Takes all faults away. */
    synchronized void mendAll() {
        closedBy.clear();
        slowedBy.clear();
        notifyAll();
    }

    /** Returns when something may pass. */
    void pass() throws InterruptedException {
        long millis = delayMillis();
        if (millis > 0) {
            Thread.sleep(millis);
        }
        awaitOpen();
    }

    private synchronized void awaitOpen() throws InterruptedException {
        while (!closedBy.isEmpty()) {
            wait();
        }
    }

    private synchronized long delayMillis() {
        return slowedBy.values().stream().mapToLong(each -> each).max().orElse(0);
    }
}
