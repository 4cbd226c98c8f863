// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.real.Destination;
import io.multiraft.grader.real.ShardStatusCheck;
import io.multiraft.grader.real.ShardStatusCheck.BucketFound;
import io.multiraft.grader.real.ShardStatusCheck.GroupFound;
import io.multiraft.grader.real.StatusCheck;
import io.multiraft.grader.run.Json;
import io.multiraft.node.Address;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows how servers are. */
@Command(
        name = "status",
        description = "Show role, term, log and sizes of each server, and of a sharded cluster which group has which"
                + " buckets and what moves; exit code 0 if all servers are there and every group has a leader.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ClusterStatusCommand implements Callable<Integer> {
    private static final int REST_MILLIS = 200;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DestinationOptions destination;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description =
                    "Ask again, for at most so many seconds, until all is well and no bucket is on its way; exit code 1"
                            + " if it does not come to that.")
    private int waitSeconds;

    private PrintWriter out;

    @Override
    public Integer call() {
        if (waitSeconds < 0) {
            throw new IllegalArgumentException("--wait takes a number of seconds that is not negative");
        }
        out = spec.commandLine().getOut();
        Destination asked = destination.destination();
        boolean isWell;
        if (asked instanceof Destination.Sharded sharded) {
            ShardStatusCheck.Cluster found =
                    repeated(() -> ShardStatusCheck.of(sharded.configServers()), ShardStatusCheck.Cluster::isSettled);
            show(found);
            isWell = waitSeconds > 0 ? found.isSettled() : found.isWell();
        } else {
            List<Address> servers = ((Destination.OneGroup) asked).servers();
            StatusCheck.Group found = repeated(() -> StatusCheck.of(servers), StatusCheck.Group::isWell);
            show(found);
            isWell = found.isWell();
        }
        out.flush();
        return isWell ? Lab.OK : Lab.POINTS_LOST;
    }

    /** What {@code ask} gives as soon as it {@code suffices}, or else when the time is over. */
    private <T> T repeated(Supplier<T> ask, Predicate<T> suffices) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
        T found = ask.get();
        while (!suffices.test(found) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REST_MILLIS));
            found = ask.get();
        }
        return found;
    }

    private void show(StatusCheck.Group group) {
        if (json) {
            out.println(Json.text(group));
        } else {
            printHead();
            print(group);
        }
    }

    private void show(ShardStatusCheck.Cluster cluster) {
        if (json) {
            out.println(Json.text(cluster));
            return;
        }
        printHead();
        print(cluster.configServers());
        cluster.groups().forEach((gid, group) -> print(group.servers()));
        out.println();
        if (cluster.config() == null) {
            out.println("the config servers do not tell the configuration");
        } else {
            out.println(ConfigTable.of(cluster.config()));
            cluster.groups().forEach((gid, group) -> print(gid, group));
        }
    }

    private void printHead() {
        line("server", "address", "role", "term", "commit", "applied", "log", "disk", "memory", "process");
    }

    private void print(StatusCheck.Group group) {
        for (StatusCheck.Found each : group.servers()) {
            if (each.reachable()) {
                line(
                        each.server(),
                        each.address(),
                        each.role(),
                        each.term(),
                        each.commitIndex(),
                        each.lastApplied(),
                        each.firstIndex() + ".." + each.lastIndex(),
                        megabytes(each.diskBytes()),
                        megabytes(each.memoryBytes()),
                        each.processId());
            } else {
                line("?", each.address(), "no answer", "", "", "", "", "", "", "");
            }
        }
        out.println(group.leader() == null ? "nobody leads" : "leader: " + group.leader());
    }

    /** What a group serves, and what of it is on its way. */
    private void print(long gid, GroupFound group) {
        if (group.configVersion() == null) {
            out.println("group " + gid + ": no answer");
            return;
        }
        List<BucketFound> serving = group.buckets().stream()
                .filter(bucket -> bucket.status().equals("serving"))
                .toList();
        out.println(String.format(
                Locale.ROOT,
                "group %d: at version %d, serves %d buckets with %,d keys, %s",
                gid,
                group.configVersion(),
                serving.size(),
                serving.stream().mapToLong(BucketFound::records).sum(),
                megabytes(serving.stream().mapToLong(BucketFound::bytes).sum())));
        group.buckets().stream()
                .filter(bucket -> !bucket.status().equals("serving"))
                .forEach(bucket -> out.println(String.format(
                        Locale.ROOT,
                        "  bucket %d is %s since version %d, %,d keys, %s%s",
                        bucket.bucket(),
                        bucket.status(),
                        bucket.version(),
                        bucket.records(),
                        megabytes(bucket.bytes()),
                        bucket.note() == null ? "" : ": " + bucket.note())));
    }

    private void line(Object... cells) {
        out.println(String.format(Locale.ROOT, "%-12s %-22s %-10s %8s %10s %10s %-22s %10s %10s %8s", cells)
                .stripTrailing());
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
