// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Whose client it is. */
final class ClientLayerOptions {
    @Option(
            names = "--impl",
            paramLabel = "mine|reference|DIR",
            description = "Whose code: yours (the default), the reference's, or that of a folder laid out like this"
                    + " repository.")
    private String implementation;

    @Option(names = "--client", paramLabel = "mine|reference|DIR", description = "Whose client, if not that of --impl.")
    private String client;

    /** Loads {@code layers}; where nobody was chosen, the reference's stands in for a client that still has gaps. */
    Implementations toRun(List<Layer> layers) {
        Map<String, String> named = new HashMap<>();
        named.put("client", client);
        LayerChoice choice = LayerOptions.choice(implementation, named);
        return LayerOptions.toRun(choice, implementation != null, layers, notice -> {});
    }
}
