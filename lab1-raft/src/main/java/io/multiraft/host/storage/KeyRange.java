// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import java.util.NavigableMap;

/**
 * Keys of one keyspace.
 *
 * @param first in the range, if anything is
 * @param behind greater than all in the range
 */
record KeyRange(PhysicalKey first, PhysicalKey behind) {

    /** From {@code from} to before {@code to}, or to the end of the keyspace if that is empty. */
    static KeyRange of(int number, ByteString from, ByteString to) {
        return new KeyRange(
                PhysicalKey.of(number, from), to.isEmpty() ? PhysicalKey.behind(number) : PhysicalKey.of(number, to));
    }

    /** All of a keyspace. */
    static KeyRange all(int number) {
        return of(number, ByteString.EMPTY, ByteString.EMPTY);
    }

    boolean isEmpty() {
        return first.compareTo(behind) >= 0;
    }

    /** The part from {@code start} on. */
    KeyRange startingAt(PhysicalKey start) {
        return new KeyRange(start, behind);
    }

    /** The part of {@code records} that is in the range, which is not empty; changes of it are changes of them. */
    <V> NavigableMap<PhysicalKey, V> of(NavigableMap<PhysicalKey, V> records) {
        return records.subMap(first, true, behind, false);
    }
}
