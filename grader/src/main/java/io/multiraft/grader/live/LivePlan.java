// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.multiraft.grader.live.LiveFault.Kind;
import io.multiraft.grader.live.LiveFault.Target;
import io.multiraft.grader.sim.SimRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is going to be done to a system, in episodes: one after the other, each after a pause, and each of them over before the
 * next one begins. The same seed and length give the same plan; on a slow machine it takes longer.
 *
 * @param seed what it was drawn from
 * @param seconds how long it takes, about
 * @param compactAfterBytes servers compact their logs after so many bytes of commands: often, so that who was away gets
 *     snapshots
 */
public record LivePlan(
        @JsonProperty("seed") long seed,
        @JsonProperty("seconds") int seconds,
        @JsonProperty("compactAfterBytes") long compactAfterBytes,
        @JsonProperty("episodes") List<Episode> episodes) {

    /**
     * Faults that overlap.
     *
     * @param pauseMillis without a fault before it
     */
    public record Episode(
            @JsonProperty("pauseMillis") long pauseMillis,
            @JsonProperty("faults") List<LiveFault> faults) {

        public Episode {
            faults = List.copyOf(faults);
        }

        private long millis() {
            return pauseMillis
                    + faults.stream().mapToLong(LiveFault::endMillis).max().orElse(0);
        }
    }

    /** What it takes, about, until a process that was killed is up again. */
    private static final long RESTART_MILLIS = 1_000;

    /** With less time than that, faults are shorter. */
    private static final double AMPLE_SECONDS = 25;

    private static final int OVERLAP_PERMILLE = 300;

    /** 2 KiB to 32 KiB: the clients write a few times as much in a minute. */
    private static final int COMPACT_BITS_MIN = 11;

    private static final int COMPACT_BITS_MAX = 15;

    private static final Map<Kind, List<Target>> TARGETS = new EnumMap<>(Map.of(
            Kind.KILL,
                    List.of(
                            Target.LEADER,
                            Target.EVERYBODY,
                            Target.FOLLOWER,
                            Target.LEADER,
                            Target.MAJORITY,
                            Target.EVERYBODY),
            Kind.PAUSE, List.of(Target.LEADER, Target.FOLLOWER, Target.MAJORITY),
            Kind.CUT, List.of(Target.LEADER, Target.LEADER, Target.FOLLOWER),
            Kind.CUT_ONE_WAY, List.of(Target.LEADER, Target.FOLLOWER),
            Kind.CUT_FROM_CLIENTS, List.of(Target.LEADER, Target.LEADER, Target.FOLLOWER),
            Kind.SLOW, List.of(Target.LEADER, Target.FOLLOWER)));

    /** Kinds after the first round, in which each of them comes once. */
    private static final List<Kind> USUAL = List.of(
            Kind.KILL, Kind.KILL, Kind.KILL, Kind.CUT, Kind.CUT, Kind.PAUSE, Kind.CUT_ONE_WAY, Kind.SLOW, Kind.PAUSE);

    public LivePlan {
        episodes = List.copyOf(episodes);
    }

    /**
     * Draws a plan: first each kind once, then what comes.
     *
     * @param groups number of groups of servers
     */
    public static LivePlan draw(long seed, int seconds, int groups) {
        SimRandom luck = SimRandom.of(seed, 0x4C495645);
        double scale = Math.min(1, seconds / AMPLE_SECONDS);
        List<Kind> first = shuffled(List.of(Kind.values()), luck);
        List<Episode> episodes = new ArrayList<>();
        long millis = 0;
        while (episodes.size() < first.size() || millis < seconds * 1_000L) {
            boolean firstRound = episodes.size() < first.size();
            Kind kind = firstRound ? first.get(episodes.size()) : USUAL.get(luck.nextInt(USUAL.size()));
            List<LiveFault> faults = new ArrayList<>(List.of(fault(kind, 0, scale, groups, luck)));
            if (!firstRound && luck.chance(OVERLAP_PERMILLE)) {
                long after = luck.nextLong(faults.get(0).forMillis());
                faults.add(fault(USUAL.get(luck.nextInt(USUAL.size())), after, scale, groups, luck));
            }
            Episode episode = new Episode(scaled(luck.nextLong(300, 1_500), scale), faults);
            episodes.add(episode);
            millis += episode.millis()
                    + (faults.stream().anyMatch(each -> each.kind() == Kind.KILL) ? RESTART_MILLIS : 0);
        }
        long compactAfterBytes = 1L << luck.nextInt(COMPACT_BITS_MIN, COMPACT_BITS_MAX + 1);
        return new LivePlan(seed, seconds, compactAfterBytes, episodes);
    }

    private static LiveFault fault(Kind kind, long after, double scale, int groups, SimRandom luck) {
        List<Target> targets = TARGETS.get(kind);
        long millis = kind == Kind.KILL ? luck.nextLong(50, 1_500) : luck.nextLong(800, 3_500);
        Target target = targets.get(luck.nextInt(targets.size()));
        int group = groups == 1 ? 0 : luck.nextInt(groups);
        return new LiveFault(group, kind, target, luck.nextInt(1_000_000), after, scaled(millis, scale));
    }

    private static long scaled(long millis, double scale) {
        return (long) (millis * scale);
    }

    private static <T> List<T> shuffled(List<T> items, SimRandom luck) {
        List<T> shuffled = new ArrayList<>(items);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            int other = luck.nextInt(i + 1);
            T item = shuffled.set(i, shuffled.get(other));
            shuffled.set(other, item);
        }
        return shuffled;
    }
}
