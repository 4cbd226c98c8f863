// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Things that have to do with other groups, by group, in order: found without looking at all there are. */
final class ByGroup<T extends Comparable<T>> {
    private final NavigableMap<Long, NavigableSet<T>> all = new TreeMap<>();

    void add(long gid, T thing) {
        all.computeIfAbsent(gid, none -> new TreeSet<>()).add(thing);
    }

    void remove(long gid, T thing) {
        all.computeIfPresent(gid, (none, things) -> {
            things.remove(thing);
            return things.isEmpty() ? null : things;
        });
    }

    void clear() {
        all.clear();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** The groups that something has to do with. */
    SortedSet<Long> gids() {
        return Collections.unmodifiableSortedSet(all.navigableKeySet());
    }

    /** What has to do with group {@code gid}. */
    SortedSet<T> of(long gid) {
        return Collections.unmodifiableSortedSet(all.getOrDefault(gid, Collections.emptyNavigableSet()));
    }
}
