// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import com.google.protobuf.ByteString;

/** A running 64-bit hash over the bytes of everything that happens in a run; equal runs have equal hashes. */
final class TraceHash {
    private static final long PRIME = 0x9FB21C651E98DF25L;

    private long value = 0x2545F4914F6CDD1DL;

    void add(long number) {
        value = (Long.rotateLeft(value, 23) ^ number) * PRIME;
        value ^= value >>> 32;
    }

    void add(ByteString bytes) {
        int size = bytes.size();
        add(size);
        int at = 0;
        for (; at + 8 <= size; at += 8) {
            long word = 0;
            for (int i = 0; i < 8; i++) {
                word = (word << 8) | (bytes.byteAt(at + i) & 0xff);
            }
            add(word);
        }
        long rest = 0;
        for (; at < size; at++) {
            rest = (rest << 8) | (bytes.byteAt(at) & 0xff);
        }
        add(rest);
    }

    void add(String text) {
        add(text.length());
        for (int i = 0; i < text.length(); i++) {
            add(text.charAt(i));
        }
    }

    long value() {
        return value;
    }
}
