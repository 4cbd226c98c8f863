// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

/** Encodings whose order as unsigned bytes is the order of what they encode. */
public final class Keys {
    private static final int LONG_BYTES = Long.BYTES;

    private Keys() {}

    /** Eight bytes, most significant first; for values that are not negative, ordered like the numbers. */
    public static ByteString ofLong(long value) {
        byte[] bytes = new byte[LONG_BYTES];
        for (int i = 0; i < LONG_BYTES; i++) {
            bytes[i] = (byte) (value >>> (8 * (LONG_BYTES - 1 - i)));
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /**
     * The number that {@link #ofLong} encoded at {@code offset}.
     *
     * @throws IndexOutOfBoundsException if there are fewer than eight bytes from {@code offset}
     */
    public static long toLong(ByteString bytes, int offset) {
        long value = 0;
        for (int i = 0; i < LONG_BYTES; i++) {
            value = (value << 8) | (bytes.byteAt(offset + i) & 0xff);
        }
        return value;
    }

    /** The bytes of {@code text} in UTF-8. */
    public static ByteString ofText(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
