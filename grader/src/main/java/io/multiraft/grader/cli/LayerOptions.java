// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Whose code it is, layer by layer. */
final class LayerOptions {
    @Option(
            names = "--impl",
            paramLabel = "mine|reference|DIR",
            description = "Whose code: yours, the reference's, or that of a folder laid out like this repository.",
            defaultValue = "mine")
    private String implementation;

    @Option(
            names = "--raft",
            paramLabel = "mine|reference|DIR",
            description = "Whose raft layer, if not that of --impl.")
    private String raft;

    @Option(names = "--kv", paramLabel = "mine|reference|DIR", description = "Whose replicated service and store.")
    private String kv;

    @Option(names = "--config", paramLabel = "mine|reference|DIR", description = "Whose config server.")
    private String config;

    @Option(names = "--shard", paramLabel = "mine|reference|DIR", description = "Whose sharded service.")
    private String shard;

    @Option(names = "--client", paramLabel = "mine|reference|DIR", description = "Whose clients.")
    private String client;

    /** What was chosen. */
    LayerChoice choice() {
        Map<String, String> named = new LinkedHashMap<>();
        named.put("raft", raft);
        named.put("kv", kv);
        named.put("config", config);
        named.put("shard", shard);
        named.put("client", client);
        LayerChoice choice = LayerChoice.all(implementation);
        for (Layer layer : Layer.values()) {
            String chosen = named.get(layer.label());
            choice = chosen == null ? choice : choice.with(layer, chosen);
        }
        return choice;
    }
}
