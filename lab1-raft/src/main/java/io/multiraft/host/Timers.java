// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** The timers that a node has set, by name, and which of them is due next. Times are in microseconds of the node's clock. */
final class Timers {
    private final Map<String, Timer> byName = new HashMap<>();
    private final TreeSet<Timer> byTime =
            new TreeSet<>(Comparator.comparingLong(Timer::atMicros).thenComparingLong(Timer::order));
    private long lastOrder;

    private record Timer(String name, long atMicros, long order) {}

    /** Sets a timer in place of one of the same name. */
    void set(String name, long atMicros) {
        Timer timer = new Timer(name, atMicros, ++lastOrder);
        Timer before = byName.put(name, timer);
        if (before != null) {
            byTime.remove(before);
        }
        byTime.add(timer);
    }

    /** Removes a timer if it is set. */
    void cancel(String name) {
        Timer timer = byName.remove(name);
        if (timer != null) {
            byTime.remove(timer);
        }
    }

    /** When the next timer is due. */
    OptionalLong next() {
        return byTime.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(byTime.first().atMicros());
    }

    /** Takes the timer that is due first, if it is due by now; those due at the same time in the order of their setting. */
    Optional<String> takeDue(long nowMicros) {
        if (byTime.isEmpty() || byTime.first().atMicros() > nowMicros) {
            return Optional.empty();
        }
        Timer due = byTime.first();
        byTime.remove(due);
        byName.remove(due.name());
        return Optional.of(due.name());
    }
}
