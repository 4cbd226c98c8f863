// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import java.util.List;

/**
 * A range of deleted keys, of which LevelDB may still hold records: they are removed piece by piece, from the left.
 *
 * @param from first key of the range
 * @param cleanTo LevelDB holds no records from {@code from} to here
 * @param to behind the last key of the range
 */
record DeadRange(PhysicalKey from, PhysicalKey cleanTo, PhysicalKey to) {

    DeadRange {
        if (from.compareTo(cleanTo) > 0 || cleanTo.compareTo(to) > 0 || from.equals(to)) {
            throw new IllegalArgumentException("not in order: " + from + ", " + cleanTo + ", " + to);
        }
    }

    /** Nothing of it is cleaned yet. */
    static DeadRange unclean(KeyRange range) {
        return new DeadRange(range.first(), range.first(), range.behind());
    }

    /** All of it is cleaned: it only tells that there is nothing. */
    static DeadRange clean(KeyRange range) {
        return new DeadRange(range.first(), range.behind(), range.behind());
    }

    /** Whether LevelDB holds no records of it. */
    boolean isClean() {
        return cleanTo.equals(to);
    }

    /** Where LevelDB may hold records. */
    KeyRange uncleanPart() {
        return new KeyRange(cleanTo, to);
    }

    boolean contains(PhysicalKey key) {
        return from.compareTo(key) <= 0 && key.compareTo(to) < 0;
    }

    /** Whether both can be one range without a gap. */
    boolean touches(DeadRange other) {
        return from.compareTo(other.to) <= 0 && other.from.compareTo(to) <= 0;
    }

    /** One range instead of two that touch. */
    DeadRange union(DeadRange other) {
        return from.compareTo(other.from) <= 0 ? joinedBy(other) : other.joinedBy(this);
    }

    private DeadRange joinedBy(DeadRange right) {
        PhysicalKey end = max(to, right.to);
        // what is clean here goes on through the right one, if there is no gap in between
        PhysicalKey clean = cleanTo.compareTo(right.from) >= 0 ? max(cleanTo, right.cleanTo) : cleanTo;
        return new DeadRange(from, clean, end);
    }

    /** The same, cleaned further. */
    DeadRange cleanedTo(PhysicalKey key) {
        return new DeadRange(from, key, to);
    }

    /**
     * What remains when {@code key} is written again. Clean parts are left out where they are not worth a range of their
     * own.
     *
     * @param emptyBefore whether LevelDB holds nothing from {@link #cleanTo} to {@code key}
     */
    List<DeadRange> without(PhysicalKey key, boolean emptyBefore) {
        if (isClean()) {
            return List.of();
        }
        PhysicalKey behind = key.next();
        List<DeadRange> right =
                behind.compareTo(to) < 0 ? List.of(new DeadRange(behind, max(behind, cleanTo), to)) : List.of();
        if (emptyBefore || key.compareTo(cleanTo) <= 0) {
            return right;
        }
        DeadRange left = new DeadRange(from, cleanTo, key);
        return right.isEmpty() ? List.of(left) : List.of(left, right.get(0));
    }

    private static PhysicalKey max(PhysicalKey one, PhysicalKey other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
