// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.live.LiveReport;
import io.multiraft.grader.live.LiveRun;
import io.multiraft.grader.live.LiveSetup;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.real.Layers;
import io.multiraft.grader.run.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the key-value store as three processes under faults. */
@Command(
        name = "lab2",
        description =
                "Run three servers of the key-value store as processes; kill, stop and restart them, cut and slow the"
                        + " links between them, and check that what clients are told is linearizable and nothing is lost.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LiveLab2Command implements Callable<Integer> {
    private static final int MAX_SECONDS = 24 * 3_600;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long faults go on, about; ${DEFAULT-VALUE} if missing.",
            defaultValue = "60")
    private int seconds;

    @Option(names = "--seed", paramLabel = "N", description = "Of the faults and of what clients ask; any if missing.")
    private Long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the report as JSON.")
    private Path json;

    @Mixin
    private LayerOptions options;

    @Override
    public Integer call() {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new IllegalArgumentException("--seconds takes 1 to " + MAX_SECONDS + ", not " + seconds);
        }
        PrintWriter out = spec.commandLine().getOut();
        long drawn = seed == null ? ThreadLocalRandom.current().nextInt(1, 1_000_000) : seed;
        out.println("lab2, seed " + drawn + ", " + seconds + " s");
        out.flush();
        LiveReport report = LiveRun.run(setup(drawn), out);
        report.print(out);
        if (json != null) {
            Json.write(json, report);
        }
        return switch (report.verdict()) {
            case PASSED -> Lab.OK;
            case VIOLATED -> Lab.POINTS_LOST;
            case UNDECIDED -> Lab.BROKEN;
        };
    }

    /** Everything is compiled here, so that what does not compile is told once, and servers start fast. */
    private LiveSetup setup(long drawn) {
        List<Layer> layers = Stream.concat(Layers.OF_KV_SERVER.stream(), Layers.OF_KV_CLIENT.stream())
                .toList();
        LayerChoice choice = options.choiceToRun(layers, this::notice);
        Implementations code = options.load(choice, layers);
        Map<String, String> labels = choice.labels(layers);
        return new LiveSetup(
                Lab.home().resolve(".lab/live"),
                drawn,
                seconds,
                LabProcesses.command(),
                layerOptions(choice),
                labels,
                code.kvClient());
    }

    private static List<String> layerOptions(LayerChoice choice) {
        List<String> named = new ArrayList<>(List.of("--impl", choice.implementation()));
        choice.labels(Layers.OF_KV_SERVER).forEach((layer, whose) -> named.addAll(List.of("--" + layer, whose)));
        return named;
    }

    private void notice(String line) {
        spec.commandLine().getErr().println("lab: " + line);
        spec.commandLine().getErr().flush();
    }
}
