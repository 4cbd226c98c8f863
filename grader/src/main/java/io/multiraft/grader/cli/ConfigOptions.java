// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.config.Config;
import io.multiraft.config.ConfigResult;
import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.grader.real.Addresses;
import io.multiraft.grader.real.ClusterFile;
import io.multiraft.grader.real.ConfigSession;
import io.multiraft.node.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What all commands to the config servers are told, and how they are carried out. */
@Command(sortOptions = false)
final class ConfigOptions {
    /** Names the config servers, if nothing else does. */
    static final String VARIABLE = "LAB_CONFIG_SERVERS";

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--servers",
            paramLabel = "HOST:PORT,…",
            description = "The config servers; if missing, those in the environment variable " + VARIABLE
                    + ", or else those of ./lab cluster up.")
    private String servers;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of ./lab cluster up, if it was given one.")
    private Path data;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Give up after so many seconds (${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int timeout;

    /** Has a command executed and prints the version that it made; the exit code. */
    int change(ConfigCommand command) {
        return execute(command, config -> "");
    }

    /** Has a command executed, and prints what came of it, a configuration as {@code shown}; the exit code. */
    int execute(ConfigCommand command, Function<Config, String> shown) {
        if (timeout < 1) {
            throw new IllegalArgumentException("--timeout takes a positive number of seconds");
        }
        try (ConfigSession session = ConfigSession.open(addresses(), Duration.ofSeconds(timeout))) {
            return print(session.execute(command), command, shown);
        }
    }

    private List<Address> addresses() {
        String variable = System.getenv(VARIABLE);
        if (servers != null) {
            return Addresses.parse("--servers", servers);
        } else if (data == null && variable != null && !variable.isBlank()) {
            return Addresses.parse(VARIABLE, variable);
        }
        Path folder = data == null ? ClusterFile.defaultFolder(Lab.home()) : data;
        List<Address> ofCluster = ClusterFile.in(folder)
                .map(cluster -> cluster.configServers(folder))
                .orElse(List.of());
        if (ofCluster.isEmpty()) {
            throw new IllegalArgumentException("there are no config servers in " + folder
                    + ": start them with ./lab cluster up, or name them with --servers or in " + VARIABLE);
        }
        return ofCluster;
    }

    private int print(ConfigResult result, ConfigCommand command, Function<Config, String> shown) {
        if (result instanceof ConfigResult.Changed changed) {
            return say("version " + changed.version());
        } else if (result instanceof ConfigResult.Found found) {
            return say(shown.apply(found.config()));
        } else if (result instanceof ConfigResult.NoSuchVersion) {
            return complain("there is no version " + command.getQuery().getVersion());
        } else if (result instanceof ConfigResult.Refused refused) {
            return complain("refused: " + refused.message());
        }
        String doubt = command.hasQuery() ? "" : ", and what was asked for may be done yet";
        return complain(((ConfigResult.GaveUp) result).reason() + doubt);
    }

    private int say(String text) {
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
        return Lab.OK;
    }

    private int complain(String line) {
        spec.commandLine().getErr().println("lab: " + line);
        spec.commandLine().getErr().flush();
        return Lab.POINTS_LOST;
    }
}
