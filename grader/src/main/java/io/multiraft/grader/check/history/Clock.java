// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Locale;

/** What the times of a history's operations mean to people. */
public enum Clock {
    /** Microseconds, shown as seconds. */
    MICROSECONDS {
        @Override
        public String describe(long time) {
            return String.format(Locale.ROOT, "%.6f", time / 1e6).replaceFirst("(\\.\\d{3}\\d*?)0+$", "$1") + " s";
        }
    },
    /** Lines of the file that recorded it. */
    LINES {
        @Override
        public String describe(long time) {
            return "line " + time;
        }
    };

    /** A moment in words. */
    public abstract String describe(long time);
}
