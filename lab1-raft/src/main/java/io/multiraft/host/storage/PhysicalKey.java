// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Arrays;

/**
 * A key as LevelDB holds it: four bytes for the keyspace's number, most significant first, then the node's own key. Ordered
 * as unsigned bytes.
 */
final class PhysicalKey implements Comparable<PhysicalKey> {
    private static final int PREFIX = Integer.BYTES;

    /** The number of no keyspace: here the engine keeps its own records. */
    static final int ENGINE = 0;

    private final byte[] bytes;

    private PhysicalKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** {@code key} of the keyspace with {@code number}. */
    static PhysicalKey of(int number, ByteString key) {
        byte[] bytes = new byte[PREFIX + key.size()];
        bytes[0] = (byte) (number >>> 24);
        bytes[1] = (byte) (number >>> 16);
        bytes[2] = (byte) (number >>> 8);
        bytes[3] = (byte) number;
        key.copyTo(bytes, PREFIX);
        return new PhysicalKey(bytes);
    }

    /** Less than or equal to all keys of the keyspace with {@code number}. */
    static PhysicalKey first(int number) {
        return of(number, ByteString.EMPTY);
    }

    /** Greater than all keys of the keyspace with {@code number}. */
    static PhysicalKey behind(int number) {
        return of(number + 1, ByteString.EMPTY);
    }

    /** As LevelDB gave it; {@code bytes} belong to the key from now on. */
    static PhysicalKey wrap(byte[] bytes) {
        return new PhysicalKey(bytes);
    }

    /** The smallest key that is greater. */
    PhysicalKey next() {
        return new PhysicalKey(Arrays.copyOf(bytes, bytes.length + 1));
    }

    /** Number of the keyspace. */
    int number() {
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    /** The node's own key. */
    ByteString logical() {
        return UnsafeByteOperations.unsafeWrap(bytes, PREFIX, bytes.length - PREFIX);
    }

    /** All bytes; not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public int compareTo(PhysicalKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PhysicalKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return number() + "/" + logical();
    }
}
