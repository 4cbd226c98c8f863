// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import java.util.Locale;

/** Virtual time as people read it. */
public final class TraceTime {
    private TraceTime() {}

    /** Microseconds as seconds with three digits: {@code 1.204 s}. */
    public static String seconds(long micros) {
        return String.format(Locale.ROOT, "%.3f s", micros / 1e6);
    }
}
