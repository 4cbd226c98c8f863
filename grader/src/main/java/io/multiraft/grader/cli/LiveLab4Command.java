// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.live.LiveRun;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.real.Layers;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the sharded store as processes under faults, while its configuration changes. */
@Command(
        name = "lab4",
        description =
                "Run three config servers and three groups of three servers as processes; let groups join and leave and"
                        + " move buckets all the time; kill, stop and restart servers and whole groups, cut and slow the"
                        + " links between them, and check that what clients are told is linearizable, that nothing is"
                        + " lost, and that all comes to rest.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LiveLab4Command implements Callable<Integer> {
    @Mixin
    private LiveOptions options;

    @Override
    public Integer call() {
        List<Layer> layers = Stream.concat(Layers.OF_CLUSTER.stream(), Layers.OF_SHARD_CLIENT.stream())
                .toList();
        return options.run("lab4", layers, (code, setup, out) -> LiveRun.lab4(code.shardClient(), setup, out));
    }
}
