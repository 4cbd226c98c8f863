// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.real.BucketMover;
import io.multiraft.grader.real.Destination;
import io.multiraft.grader.real.LoadGenerator;
import io.multiraft.grader.real.LoadReport;
import io.multiraft.grader.real.Workload;
import io.multiraft.grader.run.Json;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts load on a cluster and measures it. */
@Command(
        name = "bench",
        description = "Put load on a running cluster: clients that each give the next command as soon as they have the"
                + " result of the one before.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BenchCommand implements Callable<Integer> {
    private static final int COMPARED_SECONDS = 10;
    private static final CompletableFuture<Set<Integer>> NOTHING_MOVES = CompletableFuture.completedFuture(Set.of());

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "put|get|mixed", description = "What the clients do; mixed: as many puts as gets.")
    private Workload.Kind kind;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "Number of clients (${DEFAULT-VALUE}).",
            defaultValue = "64")
    private int clients;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Seconds to measure (${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description = "Seconds before that which do not count (${DEFAULT-VALUE}).",
            defaultValue = "5")
    private int warmUp;

    @Option(
            names = "--value-size",
            paramLabel = "BYTES",
            description = "Length of the values (${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int valueBytes;

    @Option(
            names = "--keys",
            paramLabel = "N",
            description = "Number of different keys (${DEFAULT-VALUE}).",
            defaultValue = "10000")
    private int keys;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "A client gives a command up after so many seconds (${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int timeout;

    @Option(
            names = "--moves",
            paramLabel = "N",
            description = "Meanwhile move N buckets of a sharded cluster from group to group, and tell how long the"
                    + " slowest command to a bucket that moved took, and to any other. Each client keeps to one bucket"
                    + " then.",
            defaultValue = "0")
    private int moves;

    @Mixin
    private DestinationOptions destination;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Mixin
    private ClientLayerOptions layers;

    @Override
    public Integer call() {
        if (clients < 1 || seconds < 1 || keys < 1 || timeout < 1 || warmUp < 0 || valueBytes < 0 || moves < 0) {
            throw new IllegalArgumentException("--clients, --seconds, --keys and --timeout take a positive number,"
                    + " --warm-up, --value-size and --moves one that is not negative");
        }
        Destination to = destination.destination();
        Implementations code = layers.toRun(to.layers());
        if (moves == 0) {
            return run(to, code, 0, () -> NOTHING_MOVES);
        }
        if (!(to instanceof Destination.Sharded sharded)) {
            throw new IllegalArgumentException(
                    "--moves is for a cluster of groups that share buckets, and this is one group");
        }
        try (BucketMover mover = new BucketMover(sharded.configServers())) {
            if (clients < mover.buckets()) {
                throw new IllegalArgumentException("--moves needs a client for each of the " + mover.buckets()
                        + " buckets: --clients " + mover.buckets() + " or more");
            }
            return run(
                    to,
                    code,
                    mover.buckets(),
                    () -> mover.move(moves, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds)));
        }
    }

    private int run(
            Destination to, Implementations code, int buckets, Supplier<CompletableFuture<Set<Integer>>> meanwhile) {
        Workload workload = new Workload(kind, keys, valueBytes, buckets);
        PrintWriter out = spec.commandLine().getOut();
        try (LoadGenerator load = LoadGenerator.open(
                options -> to.client(code, options), workload, clients, Duration.ofSeconds(timeout))) {
            if (kind != Workload.Kind.PUT) {
                load.fill();
            }
            CompletableFuture<Set<Integer>> moved = meanwhile.get();
            LoadReport report = load.work(Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds));
            if (buckets > 0) {
                report = report.withMoved(moved.join());
            }
            if (json) {
                out.println(Json.text(report));
            } else {
                print(out, report);
            }
            out.flush();
            return report.errors() == 0 ? Lab.OK : Lab.POINTS_LOST;
        }
    }

    private static void printMoved(PrintWriter out, Map<Integer, Double> slowest, Set<Integer> moved) {
        line(
                out,
                "slowest command to a bucket that moved (%s): %.0f ms, to any other: %.0f ms",
                moved.stream().map(Object::toString).collect(Collectors.joining(", ")),
                slowest(slowest, moved::contains),
                slowest(slowest, bucket -> !moved.contains(bucket)));
    }

    private static double slowest(Map<Integer, Double> slowest, IntPredicate chosen) {
        return slowest.entrySet().stream()
                .filter(each -> chosen.test(each.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .max()
                .orElse(0);
    }

    private void print(PrintWriter out, LoadReport report) {
        line(
                out,
                "%s, clients: %d, bytes of a value: %,d, keys: %,d, %.0f s after %d s of warm-up",
                report.workload(),
                report.clients(),
                report.valueBytes(),
                report.keys(),
                report.seconds(),
                warmUp);
        line(
                out,
                "%,.0f operations/s   p50 %.2f ms   p99 %.2f ms   p99.9 %.2f ms   max %.2f ms   errors %,d",
                report.operationsPerSecond(),
                report.p50(),
                report.p99(),
                report.p999(),
                report.max(),
                report.errors());
        List<Long> each = report.perSecond();
        if (each.size() >= 2 * COMPARED_SECONDS) {
            line(
                    out,
                    "first %d s: %,.0f operations/s; last %d s: %,.0f",
                    COMPARED_SECONDS,
                    mean(each.subList(0, COMPARED_SECONDS)),
                    COMPARED_SECONDS,
                    mean(each.subList(each.size() - COMPARED_SECONDS, each.size())));
        }
        if (report.moved() != null) {
            printMoved(out, report.slowestByBucket(), report.moved());
        }
        if (report.firstError() != null) {
            out.println("the first error: " + report.firstError());
        }
    }

    private static double mean(List<Long> numbers) {
        return numbers.stream().mapToLong(number -> number).average().orElse(0);
    }

    private static void line(PrintWriter out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
