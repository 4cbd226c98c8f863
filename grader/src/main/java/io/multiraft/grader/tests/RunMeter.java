// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the runs of a test have cost and reached. */
public final class RunMeter {
    private final List<Simulation> simulations = new ArrayList<>();
    private final Map<String, Long> coverage = new LinkedHashMap<>();
    private long runs;
    private long events;
    private long virtualMicros;
    private long traceHash;
    private Schedule schedule;
    private Simulation last;

    /** A run begins. */
    void begin() {
        runs++;
        schedule = null;
        last = null;
    }

    /** The run uses {@code simulation}. */
    void uses(Simulation simulation) {
        simulations.add(simulation);
        last = simulation;
    }

    /** The code under test has printed a line; it belongs to the trace of the world that the run used last. */
    public void recordPrinted(String line) {
        if (last != null) {
            last.recordPrinted(line);
        }
    }

    /** The run follows {@code schedule}. */
    void follows(Schedule itsSchedule) {
        schedule = itsSchedule;
    }

    /** The run has reached {@code name} so often. */
    void reached(String name, long times) {
        coverage.merge(name, times, Long::sum);
    }

    /** The run is over, well or not. */
    void end() {
        for (Simulation simulation : simulations) {
            events += simulation.events();
            virtualMicros += simulation.nowMicros();
            traceHash = SimRandom.mix(traceHash, simulation.traceHash());
        }
        simulations.clear();
    }

    /** Number of runs. */
    public long runs() {
        return runs;
    }

    /** Number of simulated events. */
    public long events() {
        return events;
    }

    /** Virtual time of all runs together. */
    public long virtualMicros() {
        return virtualMicros;
    }

    /** Hash over all runs in order. */
    public long traceHash() {
        return traceHash;
    }

    /** What was reached, summed over the runs. */
    public Map<String, Long> coverage() {
        return coverage;
    }

    /** The schedule of the last run, if it followed one. */
    public Optional<Schedule> schedule() {
        return Optional.ofNullable(schedule);
    }

    /** Virtual time at which the last run stands. */
    public long nowMicros() {
        return last == null ? 0 : last.nowMicros();
    }

    /** Number of events of the last run. */
    public long event() {
        return last == null ? 0 : last.events();
    }
}
