// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.real.Addresses;
import io.multiraft.grader.real.ClusterFile;
import io.multiraft.node.Address;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a client finds the servers: named, or else those of the environment, or else those of the cluster that is up. */
final class KvServersOption {
    private static final String VARIABLE = "LAB_SERVERS";

    @Option(
            names = "--servers",
            paramLabel = "HOST:PORT,…",
            description = "The servers; if missing, those in the environment variable " + VARIABLE
                    + ", or else those of ./lab cluster up.")
    private String servers;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of ./lab cluster up, if it was given one.")
    private Path data;

    /** The servers. */
    List<Address> addresses() {
        String variable = System.getenv(VARIABLE);
        if (servers != null) {
            return Addresses.parse("--servers", servers);
        } else if (data == null && variable != null && !variable.isBlank()) {
            return Addresses.parse(VARIABLE, variable);
        }
        Path folder = data == null ? ClusterFile.defaultFolder(Lab.home()) : data;
        Optional<ClusterFile> cluster = ClusterFile.in(folder);
        if (cluster.isEmpty()) {
            throw new IllegalArgumentException("there is no cluster in " + folder
                    + ": start one with ./lab cluster up, or name servers with --servers or " + VARIABLE);
        }
        return cluster.get().servers(folder);
    }
}
