// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The memory of the search: which operations were placed, together with the state that they led to. To come there again on
 * another way leads nowhere new. Compared exactly; the hash only finds the place.
 */
final class Tried {

    /** Operations, as a set in one form only, and state. */
    private static final class Key {
        private final long[] placed;
        private final Object state;
        private final int hash;

        Key(long[] placed, Object state, int hash) {
            this.placed = placed;
            this.state = state;
            this.hash = hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && key.hash == hash
                    && Arrays.equals(key.placed, placed)
                    && key.state.equals(state);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final Set<Key> tried = new HashSet<>();
    private final long[] placed;
    /** The words before are full, and those from {@code end} on are empty: histories are long, what is open is not. */
    private int begin;

    private int end;
    private long hash;

    Tried(int operations) {
        placed = new long[(operations + 63) / 64];
    }

    boolean isPlaced(int operation) {
        return (placed[operation >> 6] >>> operation & 1) != 0;
    }

    /** Whether any of the operations, given as a set of bits, is not placed. */
    boolean leavesAnyOf(long[] operations) {
        for (int i = begin; i < operations.length; i++) {
            if ((operations[i] & ~placed[i]) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Places the operation, or takes it back. */
    void flip(int operation) {
        int word = operation >> 6;
        placed[word] ^= 1L << operation;
        begin = Math.min(begin, word);
        while (begin < placed.length && placed[begin] == -1) {
            begin++;
        }
        end = Math.max(end, word + 1);
        while (end > begin && placed[end - 1] == 0) {
            end--;
        }
        // a fixed pattern of bits for each operation (the finalizer of MurmurHash3)
        long mixed = (operation + 1L) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        hash ^= mixed ^ (mixed >>> 33);
    }

    /** Whether the operations that are placed now have not led to {@code state} before; they have from now on. */
    boolean isNew(Object state) {
        int words = Math.max(0, end - begin);
        long[] key = new long[words + 1];
        key[0] = begin;
        System.arraycopy(placed, begin, key, 1, words);
        return tried.add(new Key(key, state, Long.hashCode(hash) * 31 + state.hashCode()));
    }
}
