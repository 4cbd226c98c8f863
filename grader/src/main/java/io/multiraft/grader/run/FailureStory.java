// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.report.GradeReport;
import io.multiraft.grader.shrink.ScheduleText;
import io.multiraft.grader.sim.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes of a failed run what helps to understand it: the smallest schedule that fails, its trace, how to repeat it. */
final class FailureStory {
    private final Path home;
    private final LayerChoice asked;
    private final LayerAtFault layerAtFault;
    private final WorkerPool workers;

    /**
     * Stories of one grading.
     *
     * @param home root of the repository; files go below {@code .lab/failures}
     * @param asked whose code it is
     * @param layerAtFault finds out which part is at fault
     * @param workers run the code under test again
     */
    FailureStory(Path home, LayerChoice asked, LayerAtFault layerAtFault, WorkerPool workers) {
        this.home = home;
        this.asked = asked;
        this.layerAtFault = layerAtFault;
        this.workers = workers;
    }

    /** The run as it failed, with nothing run again. */
    GradeReport.Failure brief(PlannedTest planned, Outcome failed) {
        return told(
                planned, failed, null, failed.isOfOneRun() ? replay(planned.test(), failed.failedSeed(), null) : null);
    }

    /** The whole story; takes up to some seconds. */
    GradeReport.Failure of(PlannedTest planned, Outcome failed) {
        TestCase test = planned.test();
        if (!failed.isOfOneRun()) {
            // there is nothing to repeat: the process is gone, or it is no single run that went wrong
            return told(planned, failed, layerAtFault.of(planned, failed, null), null);
        }
        String name = test.name() + "-" + failed.failedSeed();
        Path folder = folder();
        folder.toFile().mkdirs();
        Path file = folder.resolve(name + ".schedule.json");
        Path original = folder.resolve(name + ".original.json");
        Outcome outcome = failed.schedule() == null ? failed : smallest(planned, failed, original, file);
        Schedule schedule = outcome.schedule();
        Path trace = folder.resolve(name + ".trace.txt");
        boolean traced = trace(planned, failed.failedSeed(), schedule == null ? null : file, trace);
        Path picture = pictureBeside(trace);
        Property property = outcome.property();
        return new GradeReport.Failure(
                property,
                layerAtFault.of(planned, failed, schedule == null ? null : file),
                outcome.message(),
                schedule == null ? null : relative(file),
                traced ? relative(trace) : null,
                picture.toFile().isFile() ? relative(picture) : null,
                replay(test, failed.failedSeed(), schedule == null ? null : file),
                outcome.atMicros() / 1e6,
                outcome.atEvent(),
                schedule == null ? List.of() : story(failed.schedule(), schedule, original),
                Hints.of(property, test),
                test.handout());
    }

    /** The schedule in words, and how much there was of it before it was made small. */
    private List<String> story(Schedule drawn, Schedule shown, Path original) {
        List<String> lines = new ArrayList<>(ScheduleText.of(shown));
        if (!drawn.equals(shown)) {
            lines.add("(made small from " + drawn.nodes() + " servers and "
                    + drawn.faults().size() + " faults; the original is " + relative(original) + ")");
        }
        return lines;
    }

    /** What is known of a failure without running it again. */
    private static GradeReport.Failure told(PlannedTest planned, Outcome failed, String layer, String replay) {
        TestCase test = planned.test();
        return new GradeReport.Failure(
                failed.property(),
                layer,
                failed.message(),
                null,
                null,
                null,
                replay,
                replay == null ? 0 : failed.atMicros() / 1e6,
                replay == null ? 0 : failed.atEvent(),
                List.of(),
                Hints.of(failed.property(), test),
                test.handout());
    }

    private Path folder() {
        return home.resolve(".lab/failures");
    }

    /** Removes what former gradings of {@code test} have left. */
    void forget(TestCase test) {
        String[] names = folder().toFile().list((dir, name) -> name.startsWith(test.name() + "-"));
        if (names != null) {
            Stream.of(names).forEach(name -> folder().resolve(name).toFile().delete());
        }
    }

    /** Stores the schedule as it failed, and then a smaller one in its place, if there is one. */
    private Outcome smallest(PlannedTest planned, Outcome failed, Path original, Path file) {
        TestCase test = planned.test();
        store(test, failed, file);
        store(test, failed, original);
        Outcome smaller = workers.carryOut(Order.shrinking(test, file, planned.lineup()));
        if (smaller.schedule() == null || smaller.property() != failed.property()) {
            return failed;
        }
        store(test, smaller, file);
        return smaller;
    }

    private static void store(TestCase test, Outcome outcome, Path file) {
        Json.write(file, new StoredSchedule(1, test.name(), outcome.property(), outcome.message(), outcome.schedule()));
    }

    /** Where the picture of a history goes whose trace goes to {@code trace}. */
    static Path pictureBeside(Path trace) {
        return trace.resolveSibling(trace.getFileName().toString().replaceFirst("(\\.trace\\.txt)?$", ".history.html"));
    }

    private boolean trace(PlannedTest planned, long seed, Path schedule, Path file) {
        return workers.carryOut(Order.tracing(planned.test(), seed, schedule, file, planned.lineup()))
                        .runs()
                > 0;
    }

    private String replay(TestCase test, long seed, Path schedule) {
        StringBuilder command = new StringBuilder("./lab replay ")
                .append(schedule == null ? "--test " + test.name() + " --seed " + seed : relative(schedule));
        if (!asked.implementation().equals("mine")) {
            command.append(" --impl ").append(asked.implementation());
        }
        asked.others().entrySet().stream()
                .map(other -> " --" + other.getKey().label() + " " + other.getValue())
                .distinct()
                .forEach(command::append);
        return command.toString();
    }

    private String relative(Path file) {
        return home.relativize(file).toString();
    }
}
