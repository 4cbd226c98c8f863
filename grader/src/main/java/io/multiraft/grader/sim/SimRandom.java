// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import java.util.random.RandomGenerator;

/**
 * The randomness of a run: SplitMix64, with its derived methods written out, so that a seed means the same on every JDK.
 *
 * <p>Streams are made by key ({@link #of}), not drawn from one shared stream: what happens to one message or node does not
 * change the luck of the others, which keeps a schedule alike when a fault is taken out of it.
 */
public final class SimRandom implements RandomGenerator {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    private SimRandom(long state) {
        this.state = state;
    }

    /** The stream of {@code seed} and {@code keys}. */
    public static SimRandom of(long seed, long... keys) {
        long state = seed;
        for (long key : keys) {
            state = mix(state, key);
        }
        return new SimRandom(state);
    }

    /** Two numbers made one, with all bits of both stirred. */
    public static long mix(long left, long right) {
        return finish((finish(left + GOLDEN_GAMMA) ^ right) + GOLDEN_GAMMA);
    }

    /** {@code seed} and a name made one. */
    public static long mix(long seed, String name) {
        long mixed = seed;
        for (int i = 0; i < name.length(); i++) {
            mixed = mix(mixed, name.charAt(i));
        }
        return mixed;
    }

    private static long finish(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return finish(state);
    }

    @Override
    public int nextInt() {
        return (int) (nextLong() >>> 32);
    }

    @Override
    public long nextLong(long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("the bound must be positive, not " + bound);
        }
        return Math.floorMod(nextLong() >>> 1, bound);
    }

    @Override
    public long nextLong(long origin, long bound) {
        return origin + nextLong(bound - origin);
    }

    @Override
    public int nextInt(int bound) {
        return (int) nextLong(bound);
    }

    @Override
    public int nextInt(int origin, int bound) {
        return origin + nextInt(bound - origin);
    }

    @Override
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    @Override
    public boolean nextBoolean() {
        return nextLong() < 0;
    }

    /** True in {@code permille} of 1,000 cases. */
    public boolean chance(int permille) {
        return permille > 0 && nextInt(1000) < permille;
    }
}
