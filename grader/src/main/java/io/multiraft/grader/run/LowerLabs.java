// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.Compilation;
import io.multiraft.grader.load.CompiledLayer;
import io.multiraft.grader.load.ImplementationException;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.report.GradeReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Whether a layer of a lower lab is good enough to build on, found by a short grading of its lab. The verdict is kept beside
 * the classes, whose folder is named by a hash of their sources.
 */
final class LowerLabs {

    /**
     * What came of a short grading.
     *
     * @param steps for each step what is wrong with it; empty: it passes
     * @param broken steps that were started and fail
     */
    record Verdict(Map<String, String> steps, Set<String> broken) {

        /** What is wrong with the first of {@code needed} (null: all) that does not pass. */
        Optional<String> complaint(Set<String> needed) {
            return steps.entrySet().stream()
                    .filter(step -> needed == null || needed.contains(step.getKey()))
                    .filter(step -> !step.getValue().isEmpty())
                    .map(step -> step.getKey().isEmpty() ? step.getValue() : step.getKey() + " " + step.getValue())
                    .findFirst();
        }

        /** Whether nothing is wrong but that steps are not started. */
        boolean isOnlyUnfinished() {
            return broken.isEmpty();
        }
    }

    private final Compilation compilation;
    private final BiFunction<String, LayerChoice, GradeReport> shortGrading;
    private final Map<CompiledLayer, Verdict> verdicts = new HashMap<>();

    /**
     * No verdicts yet.
     *
     * @param shortGrading grades a lab with few schedules
     */
    LowerLabs(Compilation compilation, BiFunction<String, LayerChoice, GradeReport> shortGrading) {
        this.compilation = compilation;
        this.shortGrading = shortGrading;
    }

    /** Whether there is a reference to fall back to. */
    boolean hasReference(Layer layer) {
        return compilation.exists(LayerChoice.all("reference"), layer);
    }

    /** The verdict on {@code implementation} of {@code layer}. */
    Verdict verdict(Layer layer, String implementation) {
        LayerChoice choice = LayerChoice.all("reference").with(layer, implementation);
        CompiledLayer classes;
        try {
            classes = compilation.of(choice, layer);
        } catch (ImplementationException e) {
            String what = e.kind() == ImplementationException.Kind.CODE ? "yours does not compile" : "there is none";
            return new Verdict(Map.of("", what), Set.of(""));
        }
        return verdicts.computeIfAbsent(classes, key -> stored(layer, choice, key));
    }

    private Verdict stored(Layer layer, LayerChoice choice, CompiledLayer classes) {
        Path file = Path.of(classes.classes()).resolve("verdict-" + layer.label() + ".json");
        if (Files.exists(file)) {
            return Json.read(file, Verdict.class);
        }
        Verdict verdict = of(shortGrading.apply(layer.packageName(), choice));
        Json.write(file, verdict);
        return verdict;
    }

    private static Verdict of(GradeReport report) {
        Map<String, String> steps = new TreeMap<>();
        Set<String> broken = new TreeSet<>();
        for (GradeReport.Lab lab : report.labs()) {
            for (GradeReport.Step step : lab.steps()) {
                steps.put(step.step(), complaint(step.tests()));
                if (step.status() != GradeReport.Status.PASSED && step.status() != GradeReport.Status.NOT_STARTED) {
                    broken.add(step.step());
                }
            }
        }
        return new Verdict(steps, broken);
    }

    private static String complaint(List<GradeReport.Test> tests) {
        return tests.stream()
                .filter(test -> test.status() != GradeReport.Status.PASSED)
                .findFirst()
                .map(test -> test.status() == GradeReport.Status.NOT_STARTED
                        ? "is not started"
                        : "fails (" + test.name() + ": " + test.failure().property() + ")")
                .orElse("");
    }
}
