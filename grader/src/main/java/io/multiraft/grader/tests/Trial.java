// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.harness.ProtocolText;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.grader.sim.TraceRecord;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One run of a graded test: the code under test, the seed, and worlds to put them in. Each lab has a kind of its own, made
 * with a constructor that takes a {@link Context}.
 */
public abstract class Trial {

    /**
     * What a trial is made of.
     *
     * @param step that the test belongs to
     * @param meter counts what the run costs
     * @param recorder gets a line for each thing that happens; or null
     * @param given the schedule to run under, instead of one that is drawn
     */
    public record Context(
            Implementations implementations,
            String step,
            long seed,
            RunMeter meter,
            Consumer<TraceRecord> recorder,
            Optional<Schedule> given) {}

    private final Context context;

    /** A trial that has not begun. */
    protected Trial(Context context) {
        this.context = context;
    }

    /** The seed of this run. */
    public final long seed() {
        return context.seed();
    }

    /** The code under test. */
    protected final Implementations implementations() {
        return context.implementations();
    }

    /** The step that the test belongs to. */
    protected final String step() {
        return context.step();
    }

    /** The schedule to run under, instead of one that is drawn. */
    protected final Optional<Schedule> given() {
        return context.given();
    }

    /** The run follows {@code schedule}. */
    protected final void follows(Schedule schedule) {
        context.meter().follows(schedule);
    }

    /** The run has reached {@code name} so often. */
    protected final void reached(String name, long times) {
        context.meter().reached(name, times);
    }

    /** The run uses {@code simulation}, in which nothing has happened yet. */
    protected final void uses(Simulation simulation) {
        context.meter().uses(simulation);
        if (context.recorder() != null) {
            simulation.recordTo(context.recorder(), new ProtocolText());
        }
    }
}
