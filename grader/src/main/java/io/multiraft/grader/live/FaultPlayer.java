// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.grader.live.LiveFault.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does to the servers of a system what a plan says, and tells it. */
final class FaultPlayer {
    /** A server that is killed with others comes back up to so much later than the one before. */
    private static final int STAGGER_MILLIS = 700;

    private static final int DELAY_MAX_MILLIS = 200;

    private final Deployment servers;
    private final Diary diary;
    private final long patienceSeconds;
    private final CountDownLatch stop;
    private final Map<String, Long> counts = new LinkedHashMap<>();

    private final PriorityQueue<Step> steps = new PriorityQueue<>(Comparator.comparingLong(Step::atMillis));
    private final List<String> killed = new ArrayList<>();
    private long episodeBeganAt;

    /** Something to do. */
    private record Step(long atMillis, Runnable action) {}

    /**
     * A player that has not begun.
     *
     * @param patienceSeconds for a process that is started again
     * @param stop when it is counted down, nothing more is done
     */
    FaultPlayer(Deployment servers, Diary diary, long patienceSeconds, CountDownLatch stop) {
        this.servers = servers;
        this.diary = diary;
        this.patienceSeconds = patienceSeconds;
        this.stop = stop;
        for (Kind kind : Kind.values()) {
            counts.put(kind.label(), 0L);
        }
    }

    /** How often each kind was done. */
    Map<String, Long> counts() {
        return counts;
    }

    /**
     * Plays a plan to its end, or until it is told to stop.
     *
     * @return why a server has not come back, or has gone by itself, if so
     */
    Optional<String> play(LivePlan plan) throws InterruptedException {
        for (LivePlan.Episode episode : plan.episodes()) {
            if (stop.await(episode.pauseMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
            Optional<String> problem = play(episode);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private Optional<String> play(LivePlan.Episode episode) throws InterruptedException {
        episode.faults().forEach(fault -> steps.add(new Step(fault.afterMillis(), () -> begin(fault))));
        episodeBeganAt = System.nanoTime();
        for (Step step = steps.poll(); step != null; step = steps.poll()) {
            if (stop.await(Math.max(0, step.atMillis() - episodeMillis()), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
            Optional<String> problem = servers.ownEnd();
            if (problem.isPresent()) {
                return problem;
            }
            step.action().run();
        }
        Optional<String> problem = servers.awaitReady(killed, patienceSeconds);
        if (problem.isEmpty() && !killed.isEmpty()) {
            diary.note((killed.size() == 1 ? "server " : "servers ") + String.join(", ", killed) + " up again");
        }
        killed.clear();
        return problem;
    }

    private long episodeMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - episodeBeganAt);
    }

    private void begin(LiveFault fault) {
        counts.merge(fault.kind().label(), 1L, Long::sum);
        Fleet group = servers.group(fault.group());
        Optional<String> leader = group.leader();
        List<String> victims = victims(fault, group, leader);
        String whom = (victims.size() == 1 ? "server " : "servers ")
                + String.join(
                        ", ",
                        victims.stream()
                                .map(name -> leader.filter(name::equals).isPresent() ? name + " (leader)" : name)
                                .toList());
        String howLong = ", for " + String.format(Locale.ROOT, "%.1f s", fault.forMillis() / 1e3);
        switch (fault.kind()) {
            case KILL -> kill(fault, group, victims, whom);
            case PAUSE -> pause(fault, group, victims, whom + howLong);
            case CUT, CUT_ONE_WAY, SLOW ->
                disturb(fault, others(fault, group, victims.get(0)), victims.get(0), whom, howLong);
            case CUT_FROM_CLIENTS -> cutFromClients(fault, victims.get(0), whom + howLong);
        }
    }

    private static List<String> victims(LiveFault fault, Fleet group, Optional<String> leader) {
        List<String> names = Fleet.shuffled(group.names(), fault.draw());
        String first = leader.orElse(names.get(0));
        List<String> others = names.stream().filter(name -> !name.equals(first)).toList();
        return switch (fault.target()) {
            case LEADER -> List.of(first);
            case FOLLOWER -> others.subList(0, 1);
            case MAJORITY -> {
                List<String> some = new ArrayList<>(others.subList(0, names.size() / 2));
                some.add(first);
                yield some;
            }
            case EVERYBODY -> names;
        };
    }

    /** A fault that begins late, on a machine that is busy, lasts as long as any other. */
    private void end(LiveFault fault, long laterMillis, Runnable action) {
        steps.add(new Step(episodeMillis() + fault.forMillis() + laterMillis, action));
    }

    private void kill(LiveFault fault, Fleet group, List<String> victims, String whom) {
        diary.note("kill -9 of " + whom + ", restart after "
                + String.format(Locale.ROOT, "%.1f s", fault.forMillis() / 1e3));
        victims.forEach(name -> group.process(name).kill());
        long later = 0;
        for (String name : Fleet.shuffled(victims, fault.draw() + 1)) {
            if (!killed.contains(name)) {
                killed.add(name);
            }
            end(fault, later, () -> group.process(name).start());
            later += fault.draw() % STAGGER_MILLIS;
        }
    }

    private void pause(LiveFault fault, Fleet group, List<String> victims, String what) {
        diary.note("SIGSTOP to " + what);
        victims.forEach(group::pause);
        end(fault, 0, () -> {
            diary.note("SIGCONT to " + String.join(", ", victims));
            victims.forEach(group::resume);
        });
    }

    /** All others of the group, mostly; sometimes only one of them, or all servers of all other groups. */
    private List<String> others(LiveFault fault, Fleet group, String victim) {
        List<String> strangers = servers.names().stream()
                .filter(name -> !group.names().contains(name))
                .toList();
        if (fault.draw() % 5 < 2 && !strangers.isEmpty()) {
            return strangers;
        }
        List<String> mates = Fleet.shuffled(group.names(), fault.draw()).stream()
                .filter(name -> !name.equals(victim))
                .toList();
        return fault.draw() % 4 == 0 ? mates.subList(0, 1) : mates;
    }

    private void disturb(LiveFault fault, List<String> others, String victim, String whom, String howLong) {
        String between = whom + " and " + String.join(", ", others);
        Links links = servers.links();
        switch (fault.kind()) {
            case CUT -> {
                diary.note("cut between " + between + howLong);
                others.forEach(other -> cutBothWays(victim, other, fault));
            }
            case SLOW -> {
                long millis = 20L + fault.draw() % DELAY_MAX_MILLIS;
                diary.note(millis + " ms longer on the way between " + between + howLong);
                others.forEach(other -> {
                    links.slow(victim, other, fault, millis);
                    links.slow(other, victim, fault, millis);
                });
            }
            default -> {
                boolean outwards = fault.draw() % 2 == 0;
                diary.note("cut of what goes " + (outwards ? "from " : "to ") + whom + (outwards ? " to " : " from ")
                        + String.join(", ", others) + howLong);
                others.forEach(other -> links.cut(outwards ? victim : other, outwards ? other : victim, fault));
            }
        }
        endOfDisturbance(fault, victim, others);
    }

    private void cutFromClients(LiveFault fault, String victim, String what) {
        diary.note("cut between the clients and " + what);
        cutBothWays(victim, Links.CLIENTS, fault);
        endOfDisturbance(fault, victim, List.of(Links.CLIENTS));
    }

    private void cutBothWays(String one, String other, LiveFault fault) {
        servers.links().cut(one, other, fault);
        servers.links().cut(other, one, fault);
    }

    /** Then what was held goes on its way, or is lost with its connection. */
    private void endOfDisturbance(LiveFault fault, String victim, List<String> others) {
        boolean loses = fault.draw() % 3 == 0 && fault.kind() != Kind.SLOW;
        end(fault, 0, () -> {
            if (loses) {
                others.forEach(other -> servers.links().reset(victim, other));
            }
            servers.links().mend(fault);
            diary.note("links of server " + victim + " mended" + (loses ? ", what was held is lost" : ""));
        });
    }

    /** Takes all faults back that are not over yet. */
    void mendAll() {
        steps.clear();
        servers.mendAll();
    }
}
