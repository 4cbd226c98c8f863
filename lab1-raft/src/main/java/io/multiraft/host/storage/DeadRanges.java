// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * All {@link DeadRange}s of an engine; no two of them touch. The ranges that are not clean are also records of the engine's
 * own, so that a restart goes on with them: {@link Journal} is told of each change.
 */
final class DeadRanges {
    /** Clean ranges only save time: beyond this many they are forgotten. */
    private static final int CLEAN_MAX = 64;

    /** Where the ranges that still have to be cleaned are noted. */
    interface Journal {
        /** There is such a range now. */
        void added(DeadRange range);

        /** The range is not there any more. */
        void removed(DeadRange range);
    }

    private final NavigableMap<PhysicalKey, DeadRange> ranges;
    private final Journal journal;
    private int clean;

    /** No ranges. */
    DeadRanges(Journal journal) {
        this(new TreeMap<>(), journal);
    }

    private DeadRanges(NavigableMap<PhysicalKey, DeadRange> ranges, Journal journal) {
        this.ranges = ranges;
        this.journal = journal;
    }

    /** A copy that stays as it is. */
    DeadRanges copy() {
        return new DeadRanges(new TreeMap<>(ranges), journal);
    }

    /** The range that {@code key} is in. */
    Optional<DeadRange> at(PhysicalKey key) {
        if (ranges.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<PhysicalKey, DeadRange> before = ranges.floorEntry(key);
        return before == null || !before.getValue().contains(key) ? Optional.empty() : Optional.of(before.getValue());
    }

    /** A range that has to be cleaned. */
    Optional<DeadRange> unclean() {
        return clean == ranges.size()
                ? Optional.empty()
                : ranges.values().stream().filter(range -> !range.isClean()).findFirst();
    }

    /** Adds a range, as one with those that it touches. */
    void add(DeadRange range) {
        DeadRange whole = range;
        for (Optional<DeadRange> touching = touching(whole); touching.isPresent(); touching = touching(whole)) {
            remove(touching.get());
            whole = whole.union(touching.get());
        }
        insert(whole);
        if (clean > CLEAN_MAX) {
            ranges.values().removeIf(DeadRange::isClean);
            clean = 0;
        }
    }

    /**
     * Takes out a key that is written again.
     *
     * @param isEmpty whether LevelDB holds nothing in a range
     */
    void revive(PhysicalKey key, Predicate<KeyRange> isEmpty) {
        Optional<DeadRange> around = at(key);
        if (around.isPresent()) {
            DeadRange range = around.get();
            boolean emptyBefore =
                    key.compareTo(range.cleanTo()) > 0 && isEmpty.test(new KeyRange(range.cleanTo(), key));
            remove(range);
            range.without(key, emptyBefore).forEach(this::insert);
        }
    }

    /** Notes that {@code range}, one of these, is cleaned up to {@code key}. */
    void cleaned(DeadRange range, PhysicalKey key) {
        DeadRange cleaned = range.cleanedTo(key);
        if (cleaned.isClean()) {
            remove(range);
            add(cleaned);
        } else {
            ranges.put(range.from(), cleaned); // how far it is need not be noted: a restart begins anew
        }
    }

    private Optional<DeadRange> touching(DeadRange range) {
        Map.Entry<PhysicalKey, DeadRange> before = ranges.floorEntry(range.to());
        return before == null || !before.getValue().touches(range) ? Optional.empty() : Optional.of(before.getValue());
    }

    private void insert(DeadRange range) {
        ranges.put(range.from(), range);
        if (range.isClean()) {
            clean++;
        } else {
            journal.added(range);
        }
    }

    private void remove(DeadRange range) {
        ranges.remove(range.from());
        if (range.isClean()) {
            clean--;
        } else {
            journal.removed(range);
        }
    }
}
