// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.sim.Schedule;
import io.multiraft.grader.sim.TraceRecord;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * What the tests of one thread judge, and with which seeds. The grader's worker sets it; in an IDE it is made from system
 * properties: {@code lab.impl} (mine, reference or a folder; mine if missing), {@code lab.seed} (base of all seeds),
 * {@code lab.run} (seed of the only run).
 */
public final class GradingSession {
    private static final ThreadLocal<GradingSession> CURRENT = new ThreadLocal<>();

    private final Implementations implementations;
    private final long baseSeed;
    private final RunMeter meter = new RunMeter();
    private long from;
    private long to = -1;
    private long exactSeed;
    private boolean exact;
    private long runningSeed;
    private Schedule schedule;
    private Consumer<TraceRecord> recorder;

    /** A session for the code under test. */
    public GradingSession(Implementations implementations, long baseSeed) {
        this.implementations = implementations;
        this.baseSeed = baseSeed;
    }

    /** The session of this thread. */
    public static GradingSession current() {
        GradingSession session = CURRENT.get();
        if (session == null) {
            session = new GradingSession(Implementations.fromSystemProperties(), Long.getLong("lab.seed", 1L));
            Long run = Long.getLong("lab.run");
            if (run != null) {
                session.exactly(run);
            }
            CURRENT.set(session);
        }
        return session;
    }

    /** Makes this the session of the calling thread. */
    public void makeCurrent() {
        CURRENT.set(this);
    }

    /** Only runs {@code from} (inclusive) to {@code to} (exclusive). */
    public GradingSession slice(long firstRun, long endRun) {
        from = firstRun;
        to = endRun;
        return this;
    }

    /** Only one run, with that very seed. */
    public GradingSession exactly(long seed) {
        exact = true;
        exactSeed = seed;
        return this;
    }

    /** Only one run, under that schedule. */
    public GradingSession under(Schedule itsSchedule) {
        schedule = itsSchedule;
        return exactly(itsSchedule.seed());
    }

    /** Sends a line for each thing that happens to {@code sink}. */
    public GradingSession recordTo(Consumer<TraceRecord> sink) {
        recorder = sink;
        return this;
    }

    long seedOf(String test, long number) {
        return exact ? exactSeed : TrialExtension.seedOf(baseSeed, test, number);
    }

    long[] seeds(Graded graded, String test) {
        if (exact) {
            return new long[] {exactSeed};
        }
        return LongStream.range(from, to < 0 ? graded.runs() : to)
                .map(number -> TrialExtension.seedOf(baseSeed, test, number))
                .toArray();
    }

    void runningSeed(long seed) {
        runningSeed = seed;
    }

    /** The seed of the run that goes on, or went on last. */
    public long runningSeed() {
        return runningSeed;
    }

    /** What the runs have cost and reached. */
    public RunMeter meter() {
        return meter;
    }

    Implementations implementations() {
        return implementations;
    }

    Consumer<TraceRecord> recorder() {
        return recorder;
    }

    Optional<Schedule> givenSchedule() {
        return Optional.ofNullable(schedule);
    }
}
