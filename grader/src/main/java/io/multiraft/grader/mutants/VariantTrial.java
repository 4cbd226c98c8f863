// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import io.multiraft.grader.load.Lineup;
import io.multiraft.grader.mutants.VariantReport.Blame;
import io.multiraft.grader.mutants.VariantReport.Status;
import io.multiraft.grader.mutants.VariantReport.Variant;
import io.multiraft.grader.run.Outcome;
import io.multiraft.grader.run.TestCase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One correct variant's trial: all runs of all tests of the lab, as in a grading. */
public final class VariantTrial {

    /** So many runs at a time keep a worker busy for less than a second. */
    private static final long SLICE = 50;

    private final Bench bench;
    private final PatchShelf.Entry entry;
    private final long beginNanos = System.nanoTime();
    private final List<Blame> blames = new ArrayList<>();
    private long runs;

    private VariantTrial(Bench bench, PatchShelf.Entry entry) {
        this.bench = bench;
        this.entry = entry;
    }

    /** Tries {@code entry}. */
    public static Variant judge(Bench bench, PatchShelf.Entry entry) {
        VariantTrial trial = new VariantTrial(bench, entry);
        try {
            return trial.judge();
        } catch (BadPatchException e) {
            return trial.verdict(Status.BAD_PATCH, e.getMessage());
        }
    }

    private Variant judge() throws BadPatchException {
        Lineup classes = bench.classes(entry, PatchFile.read(entry.file(), PatchFile.Kind.VARIANT));
        for (TestCase test : bench.tests(entry)) {
            run(test, classes);
        }
        return verdict(blames.isEmpty() ? Status.CLEAN : Status.BLAMED, "");
    }

    private void run(TestCase test, Lineup classes) {
        Map<String, Long> coverage = new HashMap<>();
        for (long from = 0; from < test.runs(); from += SLICE) {
            Outcome outcome = bench.run(test, from, Math.min(from + SLICE, test.runs()), classes);
            runs += outcome.runs();
            if (outcome.status() != Outcome.Status.PASSED) {
                blames.add(new Blame(test.name(), outcome.property(), outcome.failedSeed(), outcome.message()));
                return;
            }
            outcome.coverage().forEach((what, times) -> coverage.merge(what, times, Long::sum));
        }
        test.shortfall(coverage, test.runs())
                .ifPresent(shortfall -> blames.add(new Blame(test.name(), null, 0, shortfall)));
    }

    private Variant verdict(Status status, String reason) {
        return new Variant(
                entry.id(),
                entry.lab(),
                status,
                status == Status.CLEAN,
                List.copyOf(blames),
                runs,
                MutantTrial.seconds(beginNanos),
                reason);
    }
}
