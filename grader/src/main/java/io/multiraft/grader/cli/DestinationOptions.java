// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.real.Addresses;
import io.multiraft.grader.real.ClusterFile;
import io.multiraft.grader.real.Destination;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a client's commands go: named, or else as the environment says, or else to the cluster that is up. */
final class DestinationOptions {
    private static final String SERVERS_VARIABLE = "LAB_SERVERS";

    @Option(
            names = "--servers",
            paramLabel = "HOST:PORT,…",
            description = "The servers of ./lab server kv; if missing, those in the environment variable "
                    + SERVERS_VARIABLE + ".")
    private String servers;

    @Option(
            names = "--config",
            paramLabel = "HOST:PORT,…",
            description = "The config servers of a sharded cluster; if missing, those in the environment variable "
                    + ConfigOptions.VARIABLE + ".")
    private String configServers;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of ./lab cluster up, if it was given one; that cluster, if nothing is named.")
    private Path data;

    /** Where the commands go. */
    Destination destination() {
        if (servers != null && configServers != null) {
            throw new IllegalArgumentException("--servers and --config are two kinds of clusters: name one");
        } else if (servers != null) {
            return new Destination.OneGroup(Addresses.parse("--servers", servers));
        } else if (configServers != null) {
            return new Destination.Sharded(Addresses.parse("--config", configServers));
        }
        Optional<Destination> ofEnvironment = data == null ? environment() : Optional.empty();
        return ofEnvironment.orElseGet(this::clusterThatIsUp);
    }

    private static Optional<Destination> environment() {
        Optional<String> ofGroup = variable(SERVERS_VARIABLE);
        Optional<String> ofConfig = variable(ConfigOptions.VARIABLE);
        return ofGroup.<Destination>map(text -> new Destination.OneGroup(Addresses.parse(SERVERS_VARIABLE, text)))
                .or(() -> ofConfig.map(text -> new Destination.Sharded(Addresses.parse(ConfigOptions.VARIABLE, text))));
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(text -> !text.isBlank());
    }

    private Destination clusterThatIsUp() {
        Path folder = data == null ? ClusterFile.defaultFolder(Lab.home()) : data;
        return ClusterFile.in(folder)
                .map(cluster -> cluster.destination(folder))
                .orElseThrow(() -> new IllegalArgumentException("there is no cluster in " + folder
                        + ": start one with ./lab cluster up, or name servers with --servers or --config"));
    }
}
