// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

/**
 * Counts times by their length, to within 2 %: each power of two of microseconds has 64 counters, up to about an hour.
 * Not for several threads.
 */
final class Latencies {
    private static final int STEP_BITS = 6;
    private static final int STEPS = 1 << STEP_BITS;
    private static final int POWERS = 26;

    private final long[] counts = new long[(POWERS + 1) * STEPS];
    private long total;
    private long maxMicros;

    /** Counts a time. */
    void add(long micros) {
        long counted = Math.max(0, micros);
        counts[Math.min(slotOf(counted), counts.length - 1)]++;
        total++;
        maxMicros = Math.max(maxMicros, counted);
    }

    private static int slotOf(long micros) {
        if (micros < STEPS) {
            return (int) micros;
        }
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros) - STEP_BITS;
        return (power + 1) * STEPS + (int) (micros >> power) - STEPS;
    }

    /** The least time that a slot stands for. */
    private static long microsOf(int slot) {
        int power = slot / STEPS - 1;
        return power < 0 ? slot : (long) (slot % STEPS + STEPS) << power;
    }

    /** Number of times. */
    long total() {
        return total;
    }

    /** The longest time. */
    long maxMicros() {
        return maxMicros;
    }

    /** The time that {@code permille} of all times do not exceed; 0 if there is none. */
    long microsAt(double permille) {
        long wanted = (long) Math.ceil(total * permille / 1_000);
        long seen = 0;
        for (int slot = 0; slot < counts.length; slot++) {
            seen += counts[slot];
            if (seen >= wanted && seen > 0) {
                return microsOf(slot);
            }
        }
        return maxMicros;
    }
}
