// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.CodeUnderTest;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** Where what code under test prints goes: nowhere, but it is counted, for each thread by itself. */
final class Printed extends OutputStream {
    /** More than the longest runs print with a line in every event. */
    private static final long MOST_BYTES_IN_A_RUN = 64 << 20;

    private static final class Count {
        long bytes;
        String place;
    }

    private final ThreadLocal<Count> counts = ThreadLocal.withInitial(Count::new);

    /** Counts anew for the calling thread. */
    void begin() {
        counts.remove();
    }

    /** What to say if the calling thread has printed too much for {@code runs} runs. */
    Optional<String> flood(long runs) {
        Count count = counts.get();
        return count.bytes <= MOST_BYTES_IN_A_RUN * Math.max(1, runs)
                ? Optional.empty()
                : Optional.of("the node's code prints without measure, " + (count.bytes >> 20) + " MB in " + runs
                        + (runs == 1 ? " run" : " runs") + count.place + ": use context.trace, or print less");
    }

    @Override
    public void write(int value) {
        printed(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        printed(length);
    }

    private void printed(int length) {
        Count count = counts.get();
        count.bytes += length;
        if (count.place == null && count.bytes > MOST_BYTES_IN_A_RUN) {
            count.place = CodeUnderTest.place(List.of(Thread.currentThread().getStackTrace()));
        }
    }
}
