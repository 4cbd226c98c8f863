// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import io.multiraft.node.Address;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a leader has to ask of other groups, again and again until it is done: who is asked, who did not answer, when to ask the
 * next member. Few errands at a time go to each group, so that one that is down does not hold up those to others.
 *
 * <p>An errand goes like this: {@link #begin} says whom to ask, if anybody; the request is sent; a reply counts only if it is
 * still {@linkplain #awaits awaited}. If it brings something, that is proposed, and when the proposal has an outcome the errand
 * has {@link #succeeded} and what comes next can begin at once. If not, it has {@link #failed}: it begins again after a rest,
 * with the next member. What is silent for too long needs nothing: {@link #rested} sees to that. Copies of replies that come
 * late are not awaited any more.
 *
 * @param <K> names an errand
 */
final class Errands<K extends Comparable<K>> {
    private static final int AT_ONCE_PER_GROUP = 4;

    private final long timeoutMicros;
    private final Map<K, Attempt> underWay = new TreeMap<>();

    /** Position of the member to ask next, by gid. */
    private final Map<Long, Integer> positions = new HashMap<>();

    /** What the errands wait for, for people. */
    private final Map<K, String> notes = new TreeMap<>();

    /** One request to one member of a group, the one whose turn it was: at {@code position}. */
    record Attempt(long gid, int position, Address server, long sentAtMicros, boolean failed) {

        Attempt asFailed() {
            return new Attempt(gid, position, server, sentAtMicros, true);
        }
    }

    Errands(Duration timeout) {
        this.timeoutMicros = timeout.toNanos() / 1_000;
    }

    /**
     * Whom to ask now; nobody, if an answer is awaited already.
     *
     * @param members of the group, at least one
     */
    Optional<Attempt> begin(K errand, long gid, List<Address> members, long nowMicros) {
        if (underWay.containsKey(errand)) {
            return Optional.empty();
        }
        int position = positions.getOrDefault(gid, 0);
        Address server = members.get(position % members.size());
        Attempt attempt = new Attempt(gid, position, server, nowMicros, false);
        underWay.put(errand, attempt);
        return Optional.of(attempt);
    }

    /** Whether the group has enough to do. */
    boolean isBusy(long gid) {
        return underWay.values().stream()
                        .filter(attempt -> attempt.gid() == gid)
                        .count()
                >= AT_ONCE_PER_GROUP;
    }

    /** Whether the answer to {@code attempt} is still wanted. */
    boolean awaits(K errand, Attempt attempt) {
        return attempt.equals(underWay.get(errand));
    }

    /** The attempt has brought something: the errand is done, or can go on at once. */
    void succeeded(K errand, Attempt attempt) {
        if (underWay.remove(errand, attempt)) {
            notes.remove(errand);
        }
    }

    /** The attempt has brought nothing: another one follows when there was a rest, to another member. */
    void failed(K errand, Attempt attempt, String why) {
        if (underWay.replace(errand, attempt, attempt.asFailed())) {
            notes.put(errand, attempt.server() + " answered " + why);
            askAnotherThan(attempt);
        }
    }

    /** However many errands fail at one member, the next one to ask is the one behind it. */
    private void askAnotherThan(Attempt attempt) {
        positions.merge(attempt.gid(), attempt.position() + 1, Math::max);
    }

    /** A rest is over: what has failed, or was not answered in time, can begin again. */
    void rested(long nowMicros) {
        Iterator<Map.Entry<K, Attempt>> all = underWay.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<K, Attempt> errand = all.next();
            Attempt attempt = errand.getValue();
            if (attempt.failed()) {
                all.remove();
            } else if (nowMicros - attempt.sentAtMicros() >= timeoutMicros) {
                notes.put(errand.getKey(), attempt.server() + " of group " + attempt.gid() + " does not answer");
                askAnotherThan(attempt);
                all.remove();
            }
        }
    }

    /** Whoever leads now does it. */
    void giveUp() {
        underWay.clear();
        notes.clear();
    }

    /** What an errand waits for; empty if it goes well, or was not begun. */
    String note(K errand) {
        return notes.getOrDefault(errand, "");
    }
}
