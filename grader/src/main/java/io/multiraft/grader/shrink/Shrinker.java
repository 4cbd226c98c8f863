// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.shrink;

import io.multiraft.grader.sim.DiskModel;
import io.multiraft.grader.sim.Fault;
import io.multiraft.grader.sim.NetworkModel;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Makes a failing schedule small: first fewer faults (delta debugging, A. Zeller and R. Hildebrandt, 2002), then simpler
 * ones. Without one fault messages meet differently, and the failure may hide although the fault was not needed; so each
 * candidate is tried with other luck too. Bounded by runs and events, never by the clock: the result depends on the schedule
 * and the code under test alone.
 */
public final class Shrinker {

    /** One run of a candidate. */
    @FunctionalInterface
    public interface Trial {
        /** What came of {@code candidate}. */
        Result run(Schedule candidate);
    }

    /**
     * What came of a run.
     *
     * @param sameFailure whether the same property was broken as at first
     * @param atMicros virtual time of the failure
     * @param events that the run took
     */
    public record Result(boolean sameFailure, long atMicros, long events) {}

    /** How much it may cost. */
    public record Limits(int runs, long events) {
        /** A few seconds. */
        public static final Limits DEFAULT = new Limits(700, 1_200_000);
    }

    /** Other luck that a candidate without some of the faults is tried with. */
    private static final int RESEEDS = 7;

    private static final long SECOND = 1_000_000;

    private final Trial trial;
    private final Limits limits;
    private Schedule smallest;
    private long failsAt;
    private int runs;
    private long events;

    private Shrinker(Schedule failing, long failedAtMicros, Trial trial, Limits limits) {
        this.trial = trial;
        this.limits = limits;
        this.smallest = failing;
        this.failsAt = failedAtMicros;
    }

    /** A smaller schedule that fails in the same way; at worst {@code failing} itself. */
    public static Schedule shrink(Schedule failing, long failedAtMicros, Trial trial, Limits limits) {
        Shrinker shrinker = new Shrinker(failing, failedAtMicros, trial, limits);
        shrinker.dropLateFaults();
        shrinker.dropFaults();
        shrinker.simplifyWorld();
        shrinker.simplifyFaults();
        shrinker.dropFaults();
        return shrinker.smallest;
    }

    // ---- candidates -----------------------------------------------------------------------------------------------

    /** Takes {@code candidate} if it fails too, with its own luck or one of {@code reseeds} others. */
    private boolean take(Schedule candidate, int reseeds) {
        for (int i = 0; i <= reseeds; i++) {
            if (runs >= limits.runs() || events >= limits.events()) {
                return false;
            }
            Schedule reseeded = i == 0 ? candidate : candidate.withSeed(SimRandom.mix(smallest.seed(), i) >>> 16);
            Result result = trial.run(reseeded);
            runs++;
            events += result.events();
            if (result.sameFailure()) {
                smallest = reseeded;
                failsAt = result.atMicros();
                return true;
            }
        }
        return false;
    }

    /** What begins after the failure had no part in it. */
    private void dropLateFaults() {
        List<Fault> early = smallest.faults().stream()
                .filter(fault -> fault.atMicros() <= failsAt)
                .toList();
        if (early.size() < smallest.faults().size()) {
            take(smallest.withFaults(early), 0);
        }
    }

    private void dropFaults() {
        if (smallest.faults().isEmpty() || take(smallest.withFaults(List.of()), RESEEDS)) {
            return;
        }
        int parts = 2;
        while (smallest.faults().size() > 1) {
            int before = smallest.faults().size();
            if (dropOneOf(Math.min(parts, before))) {
                dropLateFaults();
                parts = Math.max(2, parts - 1);
            } else if (parts >= before) {
                return;
            } else {
                parts = Math.min(before, parts * 2);
            }
        }
    }

    private boolean dropOneOf(int parts) {
        List<Fault> all = smallest.faults();
        for (int part = 0; part < parts; part++) {
            int from = part * all.size() / parts;
            int to = (part + 1) * all.size() / parts;
            List<Fault> rest = new ArrayList<>(all.subList(0, from));
            rest.addAll(all.subList(to, all.size()));
            if (!rest.isEmpty() && take(smallest.withFaults(rest), RESEEDS)) {
                return true;
            }
        }
        return false;
    }

    // ---- simpler values -------------------------------------------------------------------------------------------

    private void simplifyWorld() {
        if (!smallest.network().equals(NetworkModel.RELIABLE)) {
            take(with(smallest.nodes(), NetworkModel.RELIABLE, smallest.disk()), RESEEDS);
        }
        if (!smallest.disk().equals(DiskModel.FAST)) {
            take(with(smallest.nodes(), smallest.network(), DiskModel.FAST), 2);
        }
        for (int nodes = 1; nodes < smallest.nodes(); nodes++) {
            if (nodes != 2 && take(with(nodes, smallest.network(), smallest.disk()), 2)) {
                break;
            }
        }
        dropLateFaults();
    }

    private Schedule with(int nodes, NetworkModel network, DiskModel disk) {
        return new Schedule(
                smallest.seed(),
                nodes,
                smallest.faultMicros(),
                network,
                disk,
                smallest.faults(),
                new TreeMap<>(smallest.workload()));
    }

    private void simplifyFaults() {
        for (int i = 0; i < smallest.faults().size(); i++) {
            for (int form = 0; form < SimplerFault.of(smallest.faults().get(i)).size(); form++) {
                List<Fault> faults = new ArrayList<>(smallest.faults());
                faults.set(i, SimplerFault.of(faults.get(i)).get(form));
                if (!faults.equals(smallest.faults())) {
                    take(smallest.withFaults(faults), 1);
                }
            }
        }
        shortenFaultTime();
    }

    /** Faults end soon after the failure, as long as the failure comes before that end. */
    private void shortenFaultTime() {
        long end = (failsAt / SECOND + 1) * SECOND;
        if (end < smallest.faultMicros()) {
            take(
                    new Schedule(
                            smallest.seed(),
                            smallest.nodes(),
                            end,
                            smallest.network(),
                            smallest.disk(),
                            smallest.faults(),
                            smallest.workload()),
                    0);
        }
    }
}
