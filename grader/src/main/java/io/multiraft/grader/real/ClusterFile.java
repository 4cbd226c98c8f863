// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.multiraft.grader.run.Json;
import io.multiraft.node.Address;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code ./lab cluster up} notes in its data directory: where its servers are. They have the same addresses when it is
 * started again, and clients find them here.
 *
 * @param kv addresses of the servers of the key-value store, in the order of their ids
 */
public record ClusterFile(@JsonProperty("kv") List<String> kv) {
    static final String NAME = "cluster.json";

    /** Where a cluster's data is, if nobody says otherwise. */
    public static Path defaultFolder(Path home) {
        return home.resolve(".lab/cluster");
    }

    /**
     * The file in {@code folder}, if there is one.
     *
     * @throws CannotRunException if it is something else
     */
    public static Optional<ClusterFile> in(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            ClusterFile read = Json.read(file, ClusterFile.class);
            if (read.kv() == null || read.kv().isEmpty()) {
                throw new CannotRunException(file + " names no servers");
            }
            return Optional.of(read);
        } catch (UncheckedIOException e) {
            String reason = String.valueOf(e.getCause().getMessage())
                    .lines()
                    .findFirst()
                    .orElse("");
            throw new CannotRunException(file + " cannot be read: " + reason, e);
        }
    }

    /**
     * The servers.
     *
     * @param folder that the file was read from
     * @throws CannotRunException if an address is none
     */
    public List<Address> servers(Path folder) {
        return Addresses.parse(folder.resolve(NAME).toString(), String.join(",", kv));
    }

    /** Writes the file. */
    void writeTo(Path folder) {
        Json.write(folder.resolve(NAME), this);
    }
}
