// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.config.Config;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.real.ClusterFile;
import io.multiraft.grader.real.Foreground;
import io.multiraft.grader.real.KvCluster;
import io.multiraft.grader.real.Layers;
import io.multiraft.grader.real.ShardedCluster;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a cluster. */
@Command(
        name = "up",
        description =
                "Run all servers of a cluster in one process until Ctrl-C; started again, its data is there: three"
                        + " config servers and groups that share buckets, or with --groups 0 one group of lab 2.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ClusterUpCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 6081;
    private static final int MAX_GROUPS = 100;
    private static final int MAX_REPLICAS = 7;
    private static final int MAX_PORT = 65_535 - 3 - MAX_GROUPS * MAX_REPLICAS;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--groups",
            paramLabel = "N",
            description = "Number of groups, 1 to " + MAX_GROUPS
                    + "; two if missing. 0: one group of the key-value store" + " of lab 2, without config servers.")
    private Integer groups;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "Number of servers of each group, 1 to " + MAX_REPLICAS + "; three if missing.")
    private Integer replicas;

    @Option(
            names = "--buckets",
            paramLabel = "N",
            description = "Number of buckets; " + Config.DEFAULT_BUCKETS + " if missing.")
    private Integer buckets;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder for all data of the cluster; .lab/cluster of the repository if missing.")
    private Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port of the first server, the others have those behind it; 0: any free ports. The same as"
                    + " the last time if missing, and " + DEFAULT_PORT + " the first time.")
    private Integer port;

    @Option(names = "--trace", description = "Print all that the nodes tell about themselves.")
    private boolean trace;

    @Mixin
    private LayerOptions layers;

    @Override
    public Integer call() {
        check("--groups", groups, 0, MAX_GROUPS);
        check("--replicas", replicas, 1, MAX_REPLICAS);
        check("--buckets", buckets, 1, Config.MAX_BUCKETS);
        check("--port", port, 0, MAX_PORT);
        Path folder = data == null ? ClusterFile.defaultFolder(Lab.home()) : data;
        Foreground foreground =
                new Foreground(spec.commandLine().getOut(), spec.commandLine().getErr(), trace);
        if (isOneGroup(folder) ? oneGroup(folder, foreground) : groups(folder, foreground)) {
            say("the cluster is up; in another terminal: ./lab kv put KEY VALUE"
                    + (data == null ? "" : " --data " + data) + "; Ctrl-C stops it");
            foreground.await();
        }
        return Lab.POINTS_LOST;
    }

    private static void check(String option, Integer value, int min, int max) {
        if (value != null && (value < min || value > max)) {
            throw new IllegalArgumentException(option + " takes " + min + " to " + max + ", not " + value);
        }
    }

    private boolean isOneGroup(Path folder) {
        return groups == null
                ? ClusterFile.in(folder).map(file -> !file.isSharded()).orElse(false)
                : groups == 0;
    }

    private boolean oneGroup(Path folder, Foreground foreground) {
        if (buckets != null) {
            throw new IllegalArgumentException("one group of lab 2 has no buckets: leave --buckets away");
        }
        KvCluster cluster = KvCluster.in(folder, optional(replicas), optional(port), DEFAULT_PORT);
        Implementations code = layers.toRun(Layers.OF_KV_SERVER, this::complain);
        cluster.open(Layers.kvServer(code), foreground);
        return foreground.start();
    }

    private boolean groups(Path folder, Foreground foreground) {
        ShardedCluster.Shape shape =
                new ShardedCluster.Shape(optional(groups), optional(replicas), optional(buckets), optional(port));
        ShardedCluster cluster = ShardedCluster.in(folder, shape, DEFAULT_PORT);
        Implementations code = layers.toRun(Layers.OF_CLUSTER, this::complain);
        cluster.open(Layers.configServer(code), Layers.shardServer(code), foreground);
        if (!foreground.start()) {
            return false;
        }
        say(ConfigTable.of(cluster.join()));
        return true;
    }

    private static OptionalInt optional(Integer number) {
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }

    private void complain(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("lab: " + line);
        err.flush();
    }
}
