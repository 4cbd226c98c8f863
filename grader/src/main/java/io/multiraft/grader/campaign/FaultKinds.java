// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.check.raft.RaftPredicates;
import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.SimRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.RandomGenerator;

/**
 * Draws faults for groups of servers with a Raft each. One schedule in five is naive: cuts, crashes and noise at random. The
 * others are directed: faults that wait for the moment at which they hurt. Each schedule uses only some of the kinds, drawn
 * anew (swarm testing): too many kinds at a time hide each other's effects.
 *
 * <p>The kinds are jqwik arbitraries; to be used on the {@link DrawingThread}.
 */
class FaultKinds {
    static final long MS = 1_000;
    static final String LEADER = "leader";
    static final String NOT_LEADER = "!leader";
    static final String SUBJECT = "subject";
    static final String NOT_SUBJECT = "!subject";

    private final List<String> methods;
    private final List<String> predicates;
    private final boolean commands;
    private final boolean crashes;
    private final Map<Integer, List<RandomGenerator<List<Fault>>>> directed = new LinkedHashMap<>();
    private final Map<Integer, List<RandomGenerator<List<Fault>>>> naive = new LinkedHashMap<>();

    /**
     * Kinds of faults.
     *
     * @param methods whose messages may be held or repeated
     * @param predicates moments that faults may wait for
     * @param commands whether logs grow
     * @param crashes whether servers may lose power
     */
    FaultKinds(List<String> methods, List<String> predicates, boolean commands, boolean crashes) {
        this.methods = methods;
        this.predicates = predicates;
        this.commands = commands;
        this.crashes = crashes;
    }

    /** Faults for a group of {@code nodes}. */
    List<Fault> drawFaults(int nodes, SimRandom luck) {
        return luck.chance(200) ? drawNaive(nodes, luck) : drawDirected(nodes, luck);
    }

    private List<Fault> drawNaive(int nodes, SimRandom luck) {
        return draw(naive.computeIfAbsent(nodes, size -> generators(naiveKinds(size))), 1 + luck.nextInt(14), luck);
    }

    /** Up to ten times one of up to five of the kinds. */
    private List<Fault> drawDirected(int nodes, SimRandom luck) {
        List<RandomGenerator<List<Fault>>> kinds =
                directed.computeIfAbsent(nodes, size -> generators(directedKinds(size)));
        List<RandomGenerator<List<Fault>>> some = new ArrayList<>();
        for (int i = luck.nextInt(5); i >= 0; i--) {
            some.add(kinds.get(luck.nextInt(kinds.size())));
        }
        return draw(some, 1 + luck.nextInt(10), luck);
    }

    static List<Fault> draw(List<RandomGenerator<List<Fault>>> kinds, int times, SimRandom luck) {
        Random random = new Random(luck.nextLong());
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            faults.addAll(kinds.get(luck.nextInt(kinds.size())).next(random).value());
        }
        return faults;
    }

    static List<RandomGenerator<List<Fault>>> generators(List<Arbitrary<List<Fault>>> kinds) {
        return kinds.stream().map(each -> each.generator(1000)).toList();
    }

    static NetworkModel drawNetwork(SimRandom luck) {
        return switch (luck.nextInt(4)) {
            case 0 -> NetworkModel.RELIABLE;
            case 1 -> NetworkModel.UNRELIABLE;
            case 2 -> new NetworkModel(500, 15_000, 20, 20, 50, 400_000);
            default -> new NetworkModel(200, 5_000, 10, 50, 10, 150_000);
        };
    }

    static DiskModel drawDisk(SimRandom luck) {
        return luck.chance(700) ? DiskModel.FAST : new DiskModel(1_000, 15_000);
    }

    // ---- kinds of faults ------------------------------------------------------------------------------------------

    private List<Arbitrary<List<Fault>>> naiveKinds(int nodes) {
        List<Arbitrary<List<Fault>>> kinds = new ArrayList<>(List.of(randomPartition(nodes), oneWay(nodes), noise()));
        if (crashes) {
            kinds.add(crashSome(nodes));
        }
        return kinds;
    }

    /** All directed kinds; those that are there twice come twice as often. */
    List<Arbitrary<List<Fault>>> directedKinds(int nodes) {
        List<Arbitrary<List<Fault>>> kinds = new ArrayList<>(List.of(
                isolateLeader(),
                isolateLeader(),
                oneWayLeader(),
                randomPartition(nodes),
                bridge(nodes),
                pause(nodes),
                clocks(nodes),
                hold(nodes),
                hold(nodes),
                duplicate(nodes),
                duplicate(nodes),
                noise(),
                isolateAtMoment(),
                isolateAtMoment()));
        if (commands) {
            kinds.add(reachesOne(nodes));
            kinds.add(reachesOne(nodes));
            kinds.add(alternate());
            kinds.add(slowDisk(nodes));
        }
        if (crashes) {
            kinds.add(crashLeader());
            kinds.add(crashAtMoment());
            kinds.add(crashAtMoment());
            kinds.add(quickRestart(nodes));
            kinds.add(powerLoss(nodes));
            kinds.add(figure8(nodes));
        }
        return kinds;
    }

    static Arbitrary<Long> between(long min, long max) {
        return Arbitraries.longs().between(min, max).withDistribution(RandomDistribution.uniform());
    }

    static Arbitrary<Long> start() {
        return between(300 * MS, 16_000 * MS);
    }

    /** Around the time of an election, shorter and longer. */
    static Arbitrary<Long> length() {
        return Arbitraries.oneOf(
                between(50 * MS, 500 * MS), between(300 * MS, 1_500 * MS), between(1_000 * MS, 4_000 * MS));
    }

    static String name(int number) {
        return "n" + number;
    }

    static Arbitrary<String> anyNode(int nodes) {
        return Arbitraries.integers()
                .between(1, nodes)
                .withDistribution(RandomDistribution.uniform())
                .map(FaultKinds::name);
    }

    private static Arbitrary<String> anyTarget(int nodes) {
        return Arbitraries.oneOf(Arbitraries.just(LEADER), anyNode(nodes), anyNode(nodes));
    }

    private static Arbitrary<List<String>> someNodes(int nodes, int atMost) {
        return anyNode(nodes)
                .set()
                .ofMinSize(1)
                .ofMaxSize(Math.max(1, Math.min(atMost, nodes)))
                .map(ArrayList::new);
    }

    private static Arbitrary<List<Fault>> isolateLeader() {
        return Combinators.combine(start(), length())
                .as((at, time) -> List.of(new Fault.Cut(at, time, List.of(LEADER), List.of(NOT_LEADER), true)));
    }

    private static Arbitrary<List<Fault>> oneWayLeader() {
        return Combinators.combine(start(), length(), Arbitraries.of(true, false))
                .as((at, time, outgoing) -> {
                    List<String> leader = List.of(LEADER);
                    List<String> others = List.of(NOT_LEADER);
                    return List.of(
                            new Fault.Cut(at, time, outgoing ? leader : others, outgoing ? others : leader, false));
                });
    }

    private static Arbitrary<List<Fault>> oneWay(int nodes) {
        return Combinators.combine(start(), length(), someNodes(nodes, 2), someNodes(nodes, 3))
                .as((at, time, from, to) -> List.of(new Fault.Cut(at, time, from, to, false)));
    }

    private static Arbitrary<List<Fault>> randomPartition(int nodes) {
        return Combinators.combine(start(), length(), someNodes(nodes, nodes / 2 + 1))
                .as((at, time, side) -> {
                    List<String> other = new ArrayList<>();
                    for (int i = 1; i <= nodes; i++) {
                        if (!side.contains(name(i))) {
                            other.add(name(i));
                        }
                    }
                    return List.of(new Fault.Cut(at, time, side, other, true));
                });
    }

    /** Two sides that only reach each other through one member in the middle. */
    private static Arbitrary<List<Fault>> bridge(int nodes) {
        return Combinators.combine(start(), length(), Arbitraries.integers().between(0, nodes - 1))
                .as((at, time, shift) -> {
                    List<String> left = new ArrayList<>();
                    List<String> right = new ArrayList<>();
                    for (int i = 1; i < nodes; i++) {
                        (i <= (nodes - 1) / 2 ? left : right).add(name((i + shift) % nodes + 1));
                    }
                    return List.of(new Fault.Cut(at, time, left, right, true));
                });
    }

    private static Arbitrary<List<Fault>> pause(int nodes) {
        return Combinators.combine(start(), length(), anyTarget(nodes))
                .as((at, time, who) -> List.of(new Fault.Pause(at, time, List.of(who))));
    }

    private static Arbitrary<List<Fault>> clocks(int nodes) {
        return Combinators.combine(start(), length(), anyTarget(nodes), Arbitraries.of(600, 800, 1300, 1800))
                .as((at, time, who, rate) -> List.of(new Fault.ClockRate(at, time, List.of(who), rate)));
    }

    private static Arbitrary<List<Fault>> slowDisk(int nodes) {
        return Combinators.combine(start(), length(), anyTarget(nodes), between(10 * MS, 80 * MS))
                .as((at, time, who, sync) -> List.of(new Fault.SlowDisk(at, time, List.of(who), sync)));
    }

    static Arbitrary<List<Fault>> noise() {
        return Combinators.combine(
                        start(), length(), Arbitraries.of(50, 150, 300), Arbitraries.of(0, 50, 200), between(0, 300))
                .as((at, time, loss, twice, slow) ->
                        List.of(new Fault.Noise(at, time, loss, twice, slow.intValue(), 700 * MS)));
    }

    /** Time capsules: messages that arrive in a later term. */
    private Arbitrary<List<Fault>> hold(int nodes) {
        return Combinators.combine(
                        start(),
                        Arbitraries.of(methods),
                        Arbitraries.of(true, false),
                        anyTarget(nodes),
                        Arbitraries.of(1, 2, 4),
                        between(200 * MS, 4_000 * MS))
                .as((at, method, replies, who, count, delay) -> {
                    List<String> some = List.of(who);
                    List<String> all = List.of("all");
                    return List.of(new Fault.Hold(
                            at, 1_500 * MS, replies ? all : some, replies ? some : all, method, replies, count, delay));
                });
    }

    private Arbitrary<List<Fault>> duplicate(int nodes) {
        return Combinators.combine(
                        start(),
                        Arbitraries.of(methods),
                        Arbitraries.of(true, false),
                        anyTarget(nodes),
                        Arbitraries.of(2, 5, 10),
                        Arbitraries.oneOf(between(2 * MS, 60 * MS), between(100 * MS, 4_000 * MS)))
                .as((at, method, replies, who, count, delay) -> List.of(new Fault.Duplicate(
                        at, 1_500 * MS, List.of(who), List.of("all"), method, replies, count, delay)));
    }

    private Arbitrary<Fault.When> when(Arbitrary<Fault> then) {
        return Combinators.combine(start(), Arbitraries.of(predicates), Arbitraries.of(0, 0, 1, 3), then)
                .as((at, predicate, skip, fault) -> new Fault.When(at, 4_000 * MS, predicate, skip, fault));
    }

    private Arbitrary<List<Fault>> isolateAtMoment() {
        Arbitrary<Fault> cut = Combinators.combine(Arbitraries.of(0L, 500L, 3 * MS), length())
                .as((delay, time) -> new Fault.Cut(delay, time, List.of(SUBJECT), List.of(NOT_SUBJECT), true));
        return when(cut).map(List::<Fault>of);
    }

    private Arbitrary<List<Fault>> crashAtMoment() {
        Arbitrary<Fault> crash = Combinators.combine(Arbitraries.of(0L, 200L, 3 * MS), crashLength(), keep())
                .as((delay, time, keep) -> new Fault.Crash(delay, time, List.of(SUBJECT), keep));
        return when(crash).map(List::<Fault>of);
    }

    static Arbitrary<Long> crashLength() {
        return Arbitraries.oneOf(between(1 * MS, 100 * MS), between(100 * MS, 700 * MS), between(500 * MS, 3_000 * MS));
    }

    static Arbitrary<Integer> keep() {
        return Arbitraries.of(0, 0, 500, 999, 1000);
    }

    private static Arbitrary<List<Fault>> crashLeader() {
        return Combinators.combine(start(), crashLength(), keep())
                .as((at, time, keep) -> List.of(new Fault.Crash(at, time, List.of(LEADER), keep)));
    }

    private static Arbitrary<List<Fault>> crashSome(int nodes) {
        return Combinators.combine(start(), crashLength(), someNodes(nodes, nodes), keep())
                .as((at, time, who, keep) -> List.of(new Fault.Crash(at, time, who, keep)));
    }

    /** Boots again within the term. */
    private static Arbitrary<List<Fault>> quickRestart(int nodes) {
        return Combinators.combine(start(), between(1 * MS, 40 * MS), anyTarget(nodes))
                .as((at, time, who) -> List.of(new Fault.Crash(at, time, List.of(who), 0)));
    }

    /** Everybody loses power at once and boots at another time. */
    private static Arbitrary<List<Fault>> powerLoss(int nodes) {
        return Combinators.combine(start(), crashLength().list().ofSize(nodes), keep())
                .as((at, times, keep) -> {
                    List<Fault> crashes = new ArrayList<>();
                    for (int i = 0; i < nodes; i++) {
                        crashes.add(new Fault.Crash(at, times.get(i), List.of(name(i + 1)), keep));
                    }
                    return crashes;
                });
    }

    /** A leader that has just appended reaches one peer only, and then is gone for a while. */
    private Arbitrary<List<Fault>> reachesOne(int nodes) {
        return Combinators.combine(start(), anyNode(nodes), length(), length()).as((at, one, cutTime, goneTime) -> {
            Fault narrow = new Fault.Cut(0, cutTime, List.of(SUBJECT), List.of("!" + one), false);
            Fault gone = crashes
                    ? new Fault.Crash(20 * MS, goneTime, List.of(SUBJECT), 0)
                    : new Fault.Cut(20 * MS, goneTime, List.of(SUBJECT), List.of(NOT_SUBJECT), true);
            return List.of(
                    new Fault.When(at, 3_000 * MS, RaftPredicates.LEADER_APPENDED, 0, narrow),
                    new Fault.When(at, 3_000 * MS, RaftPredicates.LEADER_APPENDED, 0, gone));
        });
    }

    /** Leaders isolated one after the other, so that logs get several conflicting terms. */
    private static Arbitrary<List<Fault>> alternate() {
        return Combinators.combine(start(), Arbitraries.integers().between(2, 5), between(400 * MS, 900 * MS))
                .as((at, times, period) -> {
                    List<Fault> cuts = new ArrayList<>();
                    for (int i = 0; i < times; i++) {
                        cuts.add(new Fault.Cut(
                                at + i * period, period * 3 / 2, List.of(LEADER), List.of(NOT_LEADER), true));
                    }
                    return cuts;
                });
    }

    /** The events (a) to (d) of Figure 8, as far as chance will have it: each new leader reaches one peer and crashes. */
    private static Arbitrary<List<Fault>> figure8(int nodes) {
        return Combinators.combine(
                        between(500 * MS, 8_000 * MS),
                        anyNode(nodes).list().ofSize(4),
                        between(300 * MS, 900 * MS).list().ofSize(4))
                .as((at, peers, times) -> {
                    List<Fault> faults = new ArrayList<>();
                    for (int i = 0; i < 4; i++) {
                        long begin = at + i * (800 * MS);
                        Fault narrow = new Fault.Cut(0, 400 * MS, List.of(SUBJECT), List.of("!" + peers.get(i)), false);
                        Fault crash = new Fault.Crash(15 * MS, times.get(i), List.of(SUBJECT), 0);
                        faults.add(new Fault.When(begin, 800 * MS, RaftPredicates.LEADER_ELECTED, 0, narrow));
                        faults.add(new Fault.When(begin, 800 * MS, RaftPredicates.LEADER_APPENDED, 0, crash));
                    }
                    return faults;
                });
    }
}
