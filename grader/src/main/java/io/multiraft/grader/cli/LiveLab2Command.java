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

/** Runs the key-value store as three processes under faults. */
@Command(
        name = "lab2",
        description =
                "Run three servers of the key-value store as processes; kill, stop and restart them, cut and slow the"
                        + " links between them, and check that what clients are told is linearizable and nothing is lost.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LiveLab2Command implements Callable<Integer> {
    @Mixin
    private LiveOptions options;

    @Override
    public Integer call() {
        List<Layer> layers = Stream.concat(Layers.OF_KV_SERVER.stream(), Layers.OF_KV_CLIENT.stream())
                .toList();
        return options.run("lab2", layers, (code, setup, out) -> LiveRun.lab2(code.kvClient(), setup, out));
    }
}
