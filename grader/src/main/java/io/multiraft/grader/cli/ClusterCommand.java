// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.real.ClusterFile;
import io.multiraft.grader.real.Foreground;
import io.multiraft.grader.real.KvCluster;
import io.multiraft.grader.real.Layers;
import io.multiraft.grader.real.StatusCheck;
import io.multiraft.grader.run.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A whole cluster on this machine. */
@Command(
        name = "cluster",
        description = "Run a whole cluster on this machine, and see how one is.",
        mixinStandardHelpOptions = true,
        subcommands = {ClusterCommand.Up.class, ClusterCommand.Status.class})
final class ClusterCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do, for example: ./lab cluster up");
    }

    /** Runs a cluster. */
    @Command(
            name = "up",
            description = "Run all servers of a cluster in one process until Ctrl-C; started again, its data is there.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Up implements Callable<Integer> {
        private static final int DEFAULT_PORT = 6081;
        private static final int MAX_REPLICAS = 7;
        private static final int MAX_PORT = 65_535 - MAX_REPLICAS;

        @Spec
        private CommandSpec spec;

        @Option(names = "--replicas", paramLabel = "N", description = "Number of servers, 1 to 7; three if missing.")
        private Integer replicas;

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "Folder for all data of the cluster; .lab/cluster of the repository if missing.")
        private Path data;

        @Option(
                names = "--port",
                paramLabel = "N",
                description =
                        "Port of the first server, the others have those behind it; 0: any free ports. The same as"
                                + " the last time if missing, and " + DEFAULT_PORT + " the first time.")
        private Integer port;

        @Option(names = "--trace", description = "Print all that the nodes tell about themselves.")
        private boolean trace;

        @Mixin
        private LayerOptions layers;

        @Override
        public Integer call() {
            if (replicas != null && (replicas < 1 || replicas > MAX_REPLICAS)) {
                throw new IllegalArgumentException("--replicas takes 1 to " + MAX_REPLICAS);
            }
            if (port != null && (port < 0 || port > MAX_PORT)) {
                throw new IllegalArgumentException("--port takes 0 to " + MAX_PORT);
            }
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            Path folder = data == null ? ClusterFile.defaultFolder(Lab.home()) : data;
            KvCluster cluster = KvCluster.in(folder, optional(replicas), optional(port), DEFAULT_PORT);
            Implementations code = layers.toRun(Layers.OF_KV_SERVER, line -> complain(err, line));
            Foreground foreground = new Foreground(out, err, trace);
            cluster.open(Layers.kvServer(code), foreground);
            if (foreground.start()) {
                out.println("the cluster is up; in another terminal: ./lab kv put KEY VALUE"
                        + (data == null ? "" : " --data " + data) + "; Ctrl-C stops it");
                out.flush();
                foreground.await();
            }
            return Lab.POINTS_LOST;
        }

        private static OptionalInt optional(Integer number) {
            return number == null ? OptionalInt.empty() : OptionalInt.of(number);
        }

        private static void complain(PrintWriter err, String line) {
            err.println("lab: " + line);
            err.flush();
        }
    }

    /** Shows how servers are. */
    @Command(
            name = "status",
            description = "Show role, term, log and sizes of each server; exit code 0 if all are there and one leads.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Status implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private KvServersOption servers;

        @Option(names = "--json", description = "Print it as JSON.")
        private boolean json;

        @Override
        public Integer call() {
            StatusCheck.Group group = StatusCheck.of(servers.addresses());
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.text(group));
            } else {
                print(out, group);
            }
            out.flush();
            return group.isWell() ? Lab.OK : Lab.POINTS_LOST;
        }

        private static void print(PrintWriter out, StatusCheck.Group group) {
            String row = "%-8s %-22s %-10s %8s %10s %10s %-22s %10s %10s %8s";
            out.println(String.format(
                            Locale.ROOT,
                            row,
                            "server",
                            "address",
                            "role",
                            "term",
                            "commit",
                            "applied",
                            "log",
                            "disk",
                            "memory",
                            "process")
                    .stripTrailing());
            for (StatusCheck.Found each : group.servers()) {
                out.println(each.reachable() ? row(row, each) : unreachable(row, each.address()));
            }
            out.println(group.leader() == null ? "nobody leads" : "leader: " + group.leader());
        }

        private static String row(String row, StatusCheck.Found each) {
            return String.format(
                    Locale.ROOT,
                    row,
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
        }

        private static String unreachable(String row, String address) {
            return String.format(Locale.ROOT, row, "?", address, "no answer", "", "", "", "", "", "", "")
                    .stripTrailing();
        }

        private static String megabytes(long bytes) {
            return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
        }
    }
}
