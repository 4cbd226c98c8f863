// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.mutants;

import io.multiraft.grader.load.Compilation;
import io.multiraft.grader.load.CompiledLayer;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.load.Lineup;
import io.multiraft.grader.run.Order;
import io.multiraft.grader.run.Outcome;
import io.multiraft.grader.run.TestCase;
import io.multiraft.grader.run.TestCatalogue;
import io.multiraft.grader.run.WorkerPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where patched references are tried: all in one worker process, which so has the simulator and the oracles compiled to
 * machine code once for all, each in a class loader of its own.
 */
public final class Bench implements AutoCloseable {
    private final long seed;
    private final long schedules;
    private final ExecutorService threads;
    private final WorkerPool workers;
    private final PatchedReference reference;
    private final Lineup original;
    private final TestCatalogue catalogue = new TestCatalogue();
    private final Path folder;

    /**
     * A bench for the repository {@code home}.
     *
     * @param seed base of all seeds
     * @param schedules number of schedules of all campaigns together, or 0 for what the tests say
     * @param jobs number of patches that are tried at a time
     * @throws io.multiraft.grader.load.ImplementationException if there is no reference or it does not compile
     */
    public Bench(Path home, long seed, long schedules, int jobs) {
        this.seed = seed;
        this.schedules = schedules;
        Compilation compilation = new Compilation(home);
        LayerChoice all = LayerChoice.all("reference");
        this.original = compilation.of(
                all,
                Stream.of(Layer.values())
                        .filter(layer -> compilation.exists(all, layer))
                        .toList());
        this.reference = new PatchedReference(home);
        this.workers = new WorkerPool(jobs);
        this.threads = Executors.newFixedThreadPool(jobs);
        try {
            this.folder = Files.createTempDirectory("lab-mutants");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Judges {@code entries}, several at a time; {@code shown} gets the verdicts one by one in their order. */
    public <R> List<R> each(List<PatchShelf.Entry> entries, Function<PatchShelf.Entry, R> judge, Consumer<R> shown) {
        List<Future<R>> futures = new ArrayList<>();
        for (PatchShelf.Entry entry : entries) {
            futures.add(threads.submit(() -> judge.apply(entry)));
        }
        List<R> verdicts = new ArrayList<>();
        for (Future<R> future : futures) {
            try {
                verdicts.add(future.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("a patch could not be judged: " + e.getCause(), e.getCause());
            }
            shown.accept(verdicts.get(verdicts.size() - 1));
        }
        return verdicts;
    }

    /** The graded tests of the lab of {@code entry}. */
    List<TestCase> tests(PatchShelf.Entry entry) {
        List<TestCase> tests = catalogue.all().stream()
                .filter(test -> test.lab().equals(entry.lab()))
                .toList();
        long usual = tests.stream()
                .filter(TestCase::campaign)
                .mapToLong(TestCase::runs)
                .sum();
        return tests.stream()
                .map(test -> test.campaign() && schedules > 0
                        ? test.withRuns(Math.max(1, schedules * test.runs() / usual))
                        : test)
                .toList();
    }

    /** The classes of the reference with the patch applied. */
    Lineup classes(PatchShelf.Entry entry, PatchFile patch) throws BadPatchException {
        if (tests(entry).isEmpty()) {
            throw new BadPatchException("there are no tests of " + entry.lab());
        }
        Lineup patched = original;
        for (CompiledLayer each : reference.classes(
                patch, entry.lab(), folder.resolve(entry.lab()).resolve(entry.id()))) {
            patched = patched.with(each);
        }
        return patched;
    }

    /** Runs {@code from} to {@code to} of {@code test} on these classes. */
    Outcome run(TestCase test, long from, long to, Lineup classes) {
        return workers.carryOut(Order.runs(test, from, to, seed, classes));
    }

    @Override
    public void close() {
        threads.shutdownNow();
        workers.close();
        try (Stream<Path> content = Files.walk(folder)) {
            for (Path each : content.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
