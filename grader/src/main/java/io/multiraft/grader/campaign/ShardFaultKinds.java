// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import static io.multiraft.grader.campaign.FaultKinds.MS;
import static io.multiraft.grader.campaign.FaultKinds.between;
import static io.multiraft.grader.campaign.FaultKinds.crashLength;
import static io.multiraft.grader.campaign.FaultKinds.keep;
import static io.multiraft.grader.campaign.FaultKinds.length;

import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.SimRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.RandomGenerator;

/**
 * Draws faults for groups that own buckets: of single servers, of whole groups, between groups, and of the config servers.
 * As {@link FaultKinds}, each schedule uses only some of the kinds; groups are named by their roles in {@link ShardWorld}.
 *
 * <p>The kinds are jqwik arbitraries; to be used on the {@link DrawingThread}.
 */
final class ShardFaultKinds {
    private static final String SUBJECT = FaultKinds.SUBJECT;
    private static final String NOT_SUBJECT = FaultKinds.NOT_SUBJECT;
    private static final String CONFIG = "config";
    private static final String GROUPS = "groups";

    private final ShardMix mix;
    private final Map<List<Long>, List<RandomGenerator<List<Fault>>>> kinds = new LinkedHashMap<>();

    ShardFaultKinds(ShardMix mix) {
        this.mix = mix;
    }

    /** Faults for some groups of {@code nodes} servers each: up to ten times one of up to five of the kinds. */
    List<Fault> drawFaults(List<Long> gids, int nodes, SimRandom luck) {
        List<RandomGenerator<List<Fault>>> all =
                kinds.computeIfAbsent(gids, each -> FaultKinds.generators(kinds(each, nodes)));
        List<RandomGenerator<List<Fault>>> some = new ArrayList<>();
        for (int i = luck.nextInt(5); i >= 0; i--) {
            some.add(all.get(luck.nextInt(all.size())));
        }
        return FaultKinds.draw(some, 1 + luck.nextInt(10), luck);
    }

    private List<Arbitrary<List<Fault>>> kinds(List<Long> gids, int nodes) {
        List<Arbitrary<List<Fault>>> all = new ArrayList<>(List.of(
                isolateLeader(gids),
                minorityLeader(gids),
                crashOf(oneOf(gids, "-leader")),
                crashOf(group(gids)),
                powerLoss(gids, nodes),
                crashOf(Arbitraries.just(GROUPS)),
                pauseOf(oneOf(gids, "-leader")),
                clocksOf(server(gids, nodes)),
                withoutConfig(gids),
                withoutConfig(gids),
                crashOf(Arbitraries.of(CONFIG, "config-leader")),
                lostAnswers(gids),
                FaultKinds.noise().map(ShardFaultKinds::early),
                hold(gids),
                duplicate(gids),
                crashAtMoment(),
                isolateAtMoment()));
        if (mix.moving()) {
            all.add(betweenGroups(gids));
            all.add(betweenGroups(gids));
            all.add(groupCrashAtMoment(gids));
            all.add(groupCrashAtMoment(gids));
            all.add(hold(gids));
            all.add(duplicate(gids));
            all.add(crashAtMoment());
        }
        return all;
    }

    private static Arbitrary<Long> start() {
        return between(700 * MS, 9_000 * MS);
    }

    /** Faults of other labs begin later than a run of this one lasts. */
    private static List<Fault> early(List<Fault> faults) {
        return faults.stream()
                .map(fault -> (Fault.Noise) fault)
                .<Fault>map(noise -> new Fault.Noise(
                        700 * MS + noise.atMicros() / 2,
                        noise.forMicros(),
                        noise.lossPermille(),
                        noise.duplicatePermille(),
                        noise.slowPermille(),
                        noise.slowMaxMicros()))
                .toList();
    }

    private static Arbitrary<String> group(List<Long> gids) {
        return oneOf(gids, "");
    }

    private static Arbitrary<String> oneOf(List<Long> gids, String suffix) {
        return Arbitraries.of(gids.stream().map(gid -> "g" + gid + suffix).toList());
    }

    private static Arbitrary<String> server(List<Long> gids, int nodes) {
        return Combinators.combine(
                        group(gids),
                        Arbitraries.integers().between(1, nodes).withDistribution(RandomDistribution.uniform()))
                .as((group, number) -> group + "-" + number);
    }

    private static Arbitrary<List<Fault>> isolateLeader(List<Long> gids) {
        return Combinators.combine(start(), length(), oneOf(gids, "-leader"))
                .as((at, time, who) -> List.of(new Fault.Cut(at, time, List.of(who), List.of("!" + who), true)));
    }

    /** The leader is cut off from its followers, and from nobody else. */
    private static Arbitrary<List<Fault>> minorityLeader(List<Long> gids) {
        return Combinators.combine(start(), length(), group(gids))
                .as((at, time, group) -> List.of(
                        new Fault.Cut(at, time, List.of(group + "-leader"), List.of(group + "-followers"), true)));
    }

    private static Arbitrary<List<Fault>> crashOf(Arbitrary<String> whom) {
        return Combinators.combine(start(), crashLength(), whom, keep())
                .as((at, time, who, keep) -> List.of(new Fault.Crash(at, time, List.of(who), keep)));
    }

    /** All servers of a group lose power at once and boot one by one. */
    private static Arbitrary<List<Fault>> powerLoss(List<Long> gids, int nodes) {
        return Combinators.combine(start(), group(gids), crashLength().list().ofSize(nodes), keep())
                .as((at, group, times, keep) -> {
                    List<Fault> crashes = new ArrayList<>();
                    for (int i = 0; i < nodes; i++) {
                        crashes.add(new Fault.Crash(at, times.get(i), List.of(group + "-" + (i + 1)), keep));
                    }
                    return crashes;
                });
    }

    private static Arbitrary<List<Fault>> pauseOf(Arbitrary<String> whom) {
        return Combinators.combine(start(), length(), whom)
                .as((at, time, who) -> List.of(new Fault.Pause(at, time, List.of(who))));
    }

    private static Arbitrary<List<Fault>> clocksOf(Arbitrary<String> whom) {
        return Combinators.combine(start(), length(), whom, Arbitraries.of(600, 1300, 1800))
                .as((at, time, who, rate) -> List.of(new Fault.ClockRate(at, time, List.of(who), rate)));
    }

    /** Config servers that some or all do not reach, or whose answers do not come through. */
    private static Arbitrary<List<Fault>> withoutConfig(List<Long> gids) {
        Arbitrary<String> whom = Arbitraries.oneOf(group(gids), oneOf(gids, "-leader"), Arbitraries.of(GROUPS, "all"));
        return Combinators.combine(
                        start(), length(), whom, Arbitraries.of(CONFIG, "config-leader"), Arbitraries.of(true, false))
                .as((at, time, who, config, bothWays) ->
                        List.of(new Fault.Cut(at, time, List.of(config), List.of(who), bothWays)));
    }

    /** Commands arrive and answers do not. */
    private static Arbitrary<List<Fault>> lostAnswers(List<Long> gids) {
        return Combinators.combine(start(), length(), group(gids))
                .as((at, time, group) -> List.of(new Fault.Cut(at, time, List.of(group), List.of("clients"), false)));
    }

    private static Arbitrary<List<Fault>> betweenGroups(List<Long> gids) {
        return Combinators.combine(start(), length(), group(gids), group(gids), Arbitraries.of(true, false))
                .as((at, time, from, to, bothWays) -> List.of(
                        new Fault.Cut(at, time, List.of(from), List.of(from.equals(to) ? GROUPS : to), bothWays)));
    }

    /** Time capsules: messages that arrive under a later configuration. */
    private Arbitrary<List<Fault>> hold(List<Long> gids) {
        return Combinators.combine(
                        start(),
                        Arbitraries.of(mix.methods()),
                        Arbitraries.of(true, false),
                        Arbitraries.oneOf(group(gids), Arbitraries.just("all")),
                        Arbitraries.of(1, 2, 4),
                        between(200 * MS, 5_000 * MS))
                .as((at, method, replies, who, count, delay) -> List.of(
                        new Fault.Hold(at, 2_000 * MS, List.of(who), List.of("all"), method, replies, count, delay)));
    }

    private Arbitrary<List<Fault>> duplicate(List<Long> gids) {
        return Combinators.combine(
                        start(),
                        Arbitraries.of(mix.methods()),
                        Arbitraries.of(true, false),
                        Arbitraries.oneOf(group(gids), Arbitraries.just("all")),
                        Arbitraries.of(2, 5, 10),
                        Arbitraries.oneOf(between(2 * MS, 60 * MS), between(100 * MS, 5_000 * MS)))
                .as((at, method, replies, who, count, delay) -> List.of(new Fault.Duplicate(
                        at, 2_000 * MS, List.of(who), List.of("all"), method, replies, count, delay)));
    }

    private Arbitrary<List<Fault>> when(Arbitrary<Fault> then) {
        return Combinators.combine(start(), Arbitraries.of(mix.predicates()), Arbitraries.of(0, 0, 1, 3), then)
                .as((at, predicate, skip, fault) -> List.of(new Fault.When(at, 4_000 * MS, predicate, skip, fault)));
    }

    /** What a server has just proposed is not committed yet, or just so. */
    private static Arbitrary<Long> shortly() {
        return Arbitraries.of(0L, 200L, 200L, 1_000L, 3 * MS);
    }

    private Arbitrary<List<Fault>> crashAtMoment() {
        return when(Combinators.combine(shortly(), crashLength(), keep())
                .as((delay, time, keep) -> new Fault.Crash(delay, time, List.of(SUBJECT), keep)));
    }

    private Arbitrary<List<Fault>> isolateAtMoment() {
        return when(Combinators.combine(shortly(), length())
                .as((delay, time) -> new Fault.Cut(delay, time, List.of(SUBJECT), List.of(NOT_SUBJECT), true)));
    }

    private Arbitrary<List<Fault>> groupCrashAtMoment(List<Long> gids) {
        Arbitrary<String> whom = Arbitraries.oneOf(group(gids), Arbitraries.just(GROUPS));
        return when(Combinators.combine(shortly(), crashLength(), whom, keep())
                .as((delay, time, who, keep) -> new Fault.Crash(delay, time, List.of(who), keep)));
    }
}
