// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.mutants.Bench;
import io.multiraft.grader.mutants.MutantReport;
import io.multiraft.grader.mutants.MutantReport.Mutant;
import io.multiraft.grader.mutants.MutantTrial;
import io.multiraft.grader.mutants.PatchShelf;
import io.multiraft.grader.mutants.VariantReport;
import io.multiraft.grader.mutants.VariantReport.Variant;
import io.multiraft.grader.mutants.VariantTrial;
import io.multiraft.grader.run.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tries the grader: does it kill every mutant of the reference, and spare every correct variant? */
@Command(
        name = "mutants",
        description = "Try the grader itself: on mutants of the reference, which must die, or on correct variants.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class MutantsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TARGET",
            description = "What to try: all, a lab (lab1) or the id of a patch.",
            defaultValue = "all")
    private List<String> targets;

    @Option(names = "--variants", description = "Try the correct variants, which must get full marks.")
    private boolean variants;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Take the patches from DIR/LAB/ID.patch instead of those of this repository.")
    private Path folder;

    @Option(names = "--seed", paramLabel = "N", description = "Base of all seeds.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--schedules",
            paramLabel = "N",
            description = "Random schedules in all campaigns together, instead of what the tests say.")
    private Integer schedules;

    @Option(names = "--jobs", paramLabel = "N", description = "Patches at a time; as many as processors if missing.")
    private Integer jobs;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
    private Path json;

    @Override
    public Integer call() {
        if ((jobs != null && jobs < 1) || (schedules != null && schedules < 1)) {
            throw new IllegalArgumentException("--schedules and --jobs take a positive number");
        }
        List<PatchShelf.Entry> entries = new PatchShelf(folder == null ? shipped() : folder).select(targets);
        int threads = jobs != null ? jobs : Runtime.getRuntime().availableProcessors();
        try (Bench bench =
                new Bench(Lab.home(), seed, schedules == null ? 0 : schedules, Math.min(threads, entries.size()))) {
            return variants ? tryVariants(bench, entries) : tryMutants(bench, entries);
        }
    }

    private Path shipped() {
        return Lab.home().resolve("grader/src/test").resolve(variants ? "variants" : "mutants");
    }

    // ---- mutants --------------------------------------------------------------------------------------------------

    private int tryMutants(Bench bench, List<PatchShelf.Entry> entries) {
        long begin = System.nanoTime();
        MutantReport report =
                MutantReport.of(bench.each(entries, entry -> MutantTrial.judge(bench, entry), this::print));
        write(report);
        end(begin, "killed " + report.killed() + "/" + report.total());
        if (report.has(MutantReport.Status.BAD_PATCH)) {
            return Lab.BROKEN;
        }
        return report.killed() == report.total() ? Lab.OK : Lab.POINTS_LOST;
    }

    private void print(Mutant mutant) {
        String facts = switch (mutant.status()) {
            case KILLED ->
                mutant.property() + " by " + mutant.tests().get(mutant.tests().size() - 1);
            case SURVIVED -> "expected " + joined(mutant.expected());
            case WRONG_PROPERTY ->
                "expected " + joined(mutant.expected()) + ", but broke "
                        + mutant.failures().stream()
                                .map(failure -> failure.property() + " in " + failure.test())
                                .collect(Collectors.joining(", "));
            case BAD_PATCH -> file(mutant.lab(), mutant.id()) + " " + mutant.reason();
        };
        print(mutant.status(), mutant.lab(), mutant.id(), mutant.schedules(), mutant.seconds(), facts);
    }

    // ---- variants -------------------------------------------------------------------------------------------------

    private int tryVariants(Bench bench, List<PatchShelf.Entry> entries) {
        long begin = System.nanoTime();
        VariantReport report =
                VariantReport.of(bench.each(entries, entry -> VariantTrial.judge(bench, entry), this::print));
        write(report);
        end(begin, "clean " + report.clean() + "/" + report.total());
        if (report.has(VariantReport.Status.BAD_PATCH)) {
            return Lab.BROKEN;
        }
        return report.clean() == report.total() ? Lab.OK : Lab.POINTS_LOST;
    }

    private void print(Variant variant) {
        String facts = switch (variant.status()) {
            case CLEAN -> "full marks";
            case BLAMED -> "wrongly blamed in " + variant.blames().size() + " tests";
            case BAD_PATCH -> file(variant.lab(), variant.id()) + " " + variant.reason();
        };
        print(variant.status(), variant.lab(), variant.id(), variant.schedules(), variant.seconds(), facts);
        for (VariantReport.Blame blame : variant.blames()) {
            line("      " + blame.test() + " (seed " + blame.seed() + "): "
                    + (blame.property() == null ? "" : blame.property() + ": ") + blame.message());
        }
    }

    // ---- both -----------------------------------------------------------------------------------------------------

    private void print(Object status, String lab, String id, long schedules, double seconds, String facts) {
        line(String.format(
                Locale.ROOT, "%-14s %-44s %5d runs %6.1f s  %s", status, lab + "/" + id, schedules, seconds, facts));
    }

    private void end(long beginNanos, String summary) {
        line(String.format(Locale.ROOT, "%.1f s; seed %d", (System.nanoTime() - beginNanos) / 1e9, seed));
        line(summary);
    }

    private void write(Object report) {
        if (json != null) {
            Json.write(json, report);
        }
    }

    private String file(String lab, String id) {
        Path file = (folder == null ? shipped() : folder).resolve(lab).resolve(id + ".patch");
        return file.startsWith(Lab.home()) ? Lab.home().relativize(file).toString() : file.toString();
    }

    private static String joined(Iterable<?> names) {
        StringBuilder text = new StringBuilder();
        names.forEach(name -> text.append(text.isEmpty() ? "" : " or ").append(name));
        return text.toString();
    }

    private void line(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
