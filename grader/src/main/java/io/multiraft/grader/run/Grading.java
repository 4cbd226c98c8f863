// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.load.Compilation;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.report.GradeReport;
import io.multiraft.grader.report.GradeReport.Status;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One grading: compiles what is to be graded, lets workers run the tests slice by slice, and sums up. */
public final class Grading {

    /** Runs of a campaign that a worker does at a time. */
    private static final long SLICE = 50;

    /** With fewer runs, compiling the code that is run most often as well as Java can takes longer than it saves. */
    private static final long SHORT = 350;

    /** Hears how far the grading is; called from several threads, one at a time. */
    @FunctionalInterface
    public interface Progress {
        /** {@code done} of {@code all} runs are done, {@code events} simulated events so far. */
        void advanced(long done, long all, long events);

        /** A run of {@code test} has failed. */
        default void failed(TestCase test) {}
    }

    private record Slice(Tally tally, long from, long to) {}

    /** Schedules with which it is found out whether a lower lab is good enough to build on. */
    private static final long SCHEDULES_OF_LOWER_LABS = 300;

    private final Path home;
    private final LayerChoice asked;
    private final Compilation compilation;
    private final LayerPlan plan;
    private final long seed;
    private final int jobs;
    private final Progress progress;
    private final DeadEnds deadEnds = new DeadEnds();

    private long runsDone;
    private long runsPlanned;
    private long events;

    /**
     * A grading that has not begun.
     *
     * @param home root of the repository
     * @param asked whose code is graded
     * @param seed base of all seeds
     * @param jobs number of worker processes
     */
    public Grading(Path home, LayerChoice asked, long seed, int jobs, Progress progress) {
        this.home = home;
        this.asked = asked;
        this.compilation = new Compilation(home);
        this.plan = new LayerPlan(asked, compilation, new LowerLabs(compilation, this::gradeShortly));
        this.seed = seed;
        this.jobs = jobs;
        this.progress = progress;
    }

    private GradeReport gradeShortly(String lab, LayerChoice choice) {
        return new Grading(home, choice, 1, jobs, (done, all, sum) -> {})
                .grade(new TestCatalogue().select(List.of(lab)), SCHEDULES_OF_LOWER_LABS, true);
    }

    /**
     * Runs the tests.
     *
     * @param schedules number of schedules of all campaigns together, or 0 for what the tests say
     * @param brief failures are told as they came: not made small, not traced, no layer found that is at fault
     * @throws io.multiraft.grader.load.ImplementationException if what is to be graded is missing or does not compile
     */
    public GradeReport grade(List<TestCase> tests, long schedules, boolean brief) {
        Map<TestCase, Tally> tallies = new LinkedHashMap<>();
        Deque<Slice> slices = plan(tests, schedules, tallies);
        try (WorkerPool workers = new WorkerPool(jobs, runsPlanned < SHORT ? WorkerPool.FOR_LITTLE : List.of())) {
            try (SecondProcess second = new SecondProcess()) {
                work(slices, workers, second);
                compareWith(second, tallies.values());
            }
            FailureStory story = new FailureStory(home, asked, new LayerAtFault(compilation, workers, seed), workers);
            if (brief) {
                return new GradeSummary(seed, plan.notes(), story::brief).of(tallies.values());
            }
            tests.forEach(story::forget);
            return new GradeSummary(seed, plan.notes(), story::of).of(tallies.values());
        }
    }

    /** All slices, in the order of the tests; adds a tally for each test. */
    private Deque<Slice> plan(List<TestCase> tests, long schedules, Map<TestCase, Tally> tallies) {
        Deque<Slice> slices = new ArrayDeque<>();
        long usual = tests.stream()
                .filter(TestCase::campaign)
                .mapToLong(TestCase::runs)
                .sum();
        for (TestCase test : tests) {
            Tally tally = new Tally(plan.plan(test));
            tallies.put(test, tally);
            if (tally.planned().obstacle().isPresent()) {
                String obstacle = tally.planned().obstacle().get();
                tally.add(0, Outcome.lost(null, Outcome.Status.NOT_RUN, obstacle, seed));
                continue;
            }
            long runs = test.campaign() && schedules > 0
                    ? Math.max(1, Math.round((double) schedules * test.runs() / usual))
                    : test.runs();
            // the first slice of a campaign is what is repeated in the second process
            long first = test.campaign() ? Math.min(runs, SecondProcess.RUNS) : 0;
            if (first > 0) {
                slices.add(new Slice(tally, 0, first));
            }
            for (long from = first; from < runs; from += SLICE) {
                slices.add(new Slice(tally, from, Math.min(runs, from + SLICE)));
            }
            runsPlanned += runs;
        }
        return slices;
    }

    private void work(Deque<Slice> slices, WorkerPool workers, SecondProcess second) {
        ExecutorService pool = Executors.newFixedThreadPool(jobs);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                running.add(pool.submit(() -> workThrough(slices, workers, second)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the grading was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker could not be driven: " + e.getCause(), e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private static void compareWith(SecondProcess second, Collection<Tally> tallies) {
        tallies.stream()
                .filter(tally ->
                        tally.firstFailure == Long.MAX_VALUE && tally.test().campaign())
                .forEach(tally -> tally.add(0, second.judged(tally.test(), tally.outcomes.get(0L))));
    }

    private void workThrough(Deque<Slice> slices, WorkerPool workers, SecondProcess second) {
        for (Slice slice = next(slices); slice != null; slice = next(slices)) {
            PlannedTest planned = slice.tally().planned();
            Order order = Order.runs(planned.test(), slice.from(), slice.to(), seed, planned.lineup());
            Outcome outcome = deadEnds.of(planned.test().step())
                    .map(deadly -> Outcome.lost(Property.CRASH, Outcome.Status.FAILED, deadly, seed))
                    .orElseGet(() -> workers.carryOut(order));
            if (planned.test().campaign() && slice.from() == 0 && outcome.status() == Outcome.Status.PASSED) {
                second.repeat(planned.test(), order, outcome);
            }
            done(slice, outcome);
        }
    }

    private synchronized Slice next(Deque<Slice> slices) {
        while (!slices.isEmpty()) {
            Slice slice = slices.remove();
            if (slice.tally().isWanted(slice.from())) {
                return slice;
            }
            runsPlanned -= slice.to() - slice.from();
        }
        return null;
    }

    private synchronized void done(Slice slice, Outcome outcome) {
        slice.tally().add(slice.from(), outcome);
        deadEnds.add(slice.tally().test().step(), outcome);
        runsDone += slice.to() - slice.from();
        events += outcome.events();
        if (outcome.status() == Outcome.Status.FAILED) {
            progress.failed(slice.tally().test());
        }
        progress.advanced(runsDone, runsPlanned, events);
    }

    /**
     * Repeats one run and writes a line for each thing that happens.
     *
     * @param stored file with a schedule, or null to use the seed
     */
    public Outcome replay(TestCase test, long runSeed, Path stored, Path traceFile) {
        traceFile.toAbsolutePath().getParent().toFile().mkdirs();
        PlannedTest planned = plan.plan(test);
        if (planned.obstacle().isPresent()) {
            return Outcome.lost(null, Outcome.Status.NOT_RUN, planned.obstacle().get(), runSeed);
        }
        try (WorkerPool worker = new WorkerPool(1)) {
            return worker.carryOut(Order.tracing(test, runSeed, stored, traceFile, planned.lineup()));
        }
    }

    /** Sums up the slices of one test, in whatever order they come. */
    static final class Tally {
        private final PlannedTest planned;
        private final Map<Long, Outcome> outcomes = new TreeMap<>();
        private long firstFailure = Long.MAX_VALUE;

        Tally(PlannedTest planned) {
            this.planned = planned;
        }

        PlannedTest planned() {
            return planned;
        }

        TestCase test() {
            return planned.test();
        }

        /** Slices behind a failure are not needed; those before it are, so that the first failure is always the same. */
        boolean isWanted(long from) {
            return from < firstFailure;
        }

        void add(long from, Outcome outcome) {
            outcomes.put(from, outcome);
            if (outcome.status() != Outcome.Status.PASSED) {
                firstFailure = Math.min(firstFailure, from);
            }
        }

        /** In order, up to and including the first that failed. */
        List<Outcome> outcomes() {
            List<Outcome> inOrder = new ArrayList<>();
            outcomes.forEach((from, outcome) -> {
                if (from <= firstFailure) {
                    inOrder.add(outcome);
                }
            });
            return inOrder;
        }

        /** What was reached too seldom; null if nothing was. */
        String shortfall(Map<String, Long> coverage, long runs) {
            return test().shortfall(coverage, runs).orElse(null);
        }
    }

    static Status statusOf(Outcome.Status status) {
        return switch (status) {
            case PASSED -> Status.PASSED;
            case FAILED -> Status.FAILED;
            case NOT_STARTED -> Status.NOT_STARTED;
            case NOT_RUN -> Status.DID_NOT_TEST;
            case ERROR -> Status.ERROR;
        };
    }
}
