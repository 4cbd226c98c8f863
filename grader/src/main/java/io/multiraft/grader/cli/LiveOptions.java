// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.live.LiveReport;
import io.multiraft.grader.live.LiveSetup;
import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.run.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How long a system is run under faults, of which seed, and whose code it is. */
@Command(sortOptions = false)
final class LiveOptions {
    private static final int MAX_SECONDS = 24 * 3_600;

    @Spec(Target.MIXEE)
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

    /** Runs a system. */
    @FunctionalInterface
    interface Run {
        /** As {@code setup} says, with clients of {@code code}. */
        LiveReport of(Implementations code, LiveSetup setup, PrintWriter out);
    }

    /**
     * Runs it; the exit code. Everything is compiled here, so that what does not compile is told once, and servers start
     * fast.
     *
     * @param lab whose system it is
     * @param layers that servers and clients are made of
     */
    int run(String lab, List<Layer> layers, Run system) {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new IllegalArgumentException("--seconds takes 1 to " + MAX_SECONDS + ", not " + seconds);
        }
        long drawn = seed == null ? ThreadLocalRandom.current().nextInt(1, 1_000_000) : seed;
        PrintWriter out = spec.commandLine().getOut();
        out.println(lab + ", seed " + drawn + ", " + seconds + " s");
        out.flush();
        LayerChoice choice = options.choiceToRun(layers, this::notice);
        LiveSetup setup = new LiveSetup(
                Lab.home().resolve(".lab/live"), drawn, seconds, LabProcesses.command(), choice, choice.labels(layers));
        LiveReport report = system.of(options.load(choice, layers), setup, out);
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

    private void notice(String line) {
        spec.commandLine().getErr().println("lab: " + line);
        spec.commandLine().getErr().flush();
    }
}
