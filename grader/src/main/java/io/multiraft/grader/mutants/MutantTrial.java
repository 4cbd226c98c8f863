// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.load.Lineup;
import io.multiraft.grader.mutants.MutantReport.Failure;
import io.multiraft.grader.mutants.MutantReport.Mutant;
import io.multiraft.grader.mutants.MutantReport.Status;
import io.multiraft.grader.run.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One mutant's trial: it ends when a test fails by a property that the mutant is expected to break. A failure by another one
 * is noted, and the trial goes on behind the run that failed.
 */
public final class MutantTrial {

    /** After so many failures by unexpected properties a test has nothing more to say. */
    private static final int PATIENCE = 40;

    private final Bench bench;
    private final PatchShelf.Entry entry;
    private final long beginNanos = System.nanoTime();
    private final List<Failure> failures = new ArrayList<>();
    private final Map<String, Integer> failuresOfTest = new HashMap<>();
    private final Set<String> givenUp = new HashSet<>();
    private Set<Property> expected = Set.of();
    private long runs;

    private MutantTrial(Bench bench, PatchShelf.Entry entry) {
        this.bench = bench;
        this.entry = entry;
    }

    /** Tries {@code entry}. */
    public static Mutant judge(Bench bench, PatchShelf.Entry entry) {
        MutantTrial trial = new MutantTrial(bench, entry);
        try {
            return trial.judge();
        } catch (BadPatchException e) {
            return trial.verdict(Status.BAD_PATCH, null, e.getMessage());
        }
    }

    private Mutant judge() throws BadPatchException {
        PatchFile patch = PatchFile.read(entry.file(), PatchFile.Kind.MUTANT);
        expected = patch.expected();
        Lineup classes = bench.classes(entry, patch);
        for (TrialPlan.Slice slice : TrialPlan.of(bench.tests(entry), patch.step())) {
            if (dies(slice, classes)) {
                return verdict(Status.KILLED, failures.get(failures.size() - 1).property(), "");
            }
        }
        return failures.isEmpty()
                ? verdict(Status.SURVIVED, null, "")
                : verdict(Status.WRONG_PROPERTY, failures.get(0).property(), "");
    }

    private boolean dies(TrialPlan.Slice slice, Lineup classes) throws BadPatchException {
        long from = slice.from();
        while (from < slice.to() && !givenUp.contains(slice.test().name())) {
            Outcome outcome = bench.run(slice.test(), from, slice.to(), classes);
            runs += Math.max(1, outcome.runs());
            if (outcome.status() == Outcome.Status.PASSED) {
                return false;
            } else if (outcome.status() == Outcome.Status.ERROR) {
                throw new BadPatchException("cannot be run: " + outcome.message());
            }
            boolean fits = expected.contains(outcome.property());
            boolean consequenceFits = !fits && expected.contains(outcome.consequence());
            Property property = consequenceFits ? outcome.consequence() : outcome.property();
            note(new Failure(slice.test().name(), property), outcome);
            if (fits || consequenceFits) {
                return true;
            }
            from = outcome.failedRun() + 1;
        }
        return false;
    }

    private void note(Failure failure, Outcome outcome) {
        failures.remove(failure); // each once; the last one is what it dies of
        failures.add(failure);
        int times = failuresOfTest.merge(failure.test(), 1, Integer::sum);
        boolean lost = outcome.runs() == 0;
        if (times == PATIENCE || lost || outcome.status() == Outcome.Status.NOT_STARTED) {
            givenUp.add(failure.test());
        }
    }

    private Mutant verdict(Status status, Property property, String reason) {
        return new Mutant(
                entry.id(),
                entry.lab(),
                status,
                status == Status.KILLED,
                expected,
                property,
                failures.stream().map(Failure::test).distinct().toList(),
                runs,
                seconds(beginNanos),
                List.copyOf(failures),
                reason);
    }

    /** Seconds since then, rounded to milliseconds. */
    static double seconds(long beginNanos) {
        return Math.round((System.nanoTime() - beginNanos) / 1e6) / 1e3;
    }
}
