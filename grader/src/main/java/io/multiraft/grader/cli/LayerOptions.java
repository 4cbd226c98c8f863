// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.real.RunnableLayers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Whose code it is, layer by layer. */
final class LayerOptions {
    @Option(
            names = "--impl",
            paramLabel = "mine|reference|DIR",
            description = "Whose code: yours (the default), the reference's, or that of a folder laid out like this"
                    + " repository.")
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
        LayerChoice choice = LayerChoice.all(implementation == null ? "mine" : implementation);
        for (Layer layer : Layer.values()) {
            String chosen = named.get(layer.label());
            choice = chosen == null ? choice : choice.with(layer, chosen);
        }
        return choice;
    }

    /**
     * Loads {@code layers} to run them for real. Where nobody was chosen, the reference's stands in for a layer of one's own
     * that still has gaps, and {@code notice} is told so.
     */
    Implementations toRun(List<Layer> layers, Consumer<String> notice) {
        return load(choiceToRun(layers, notice), layers);
    }

    /** Whose layers {@link #toRun} loads. */
    LayerChoice choiceToRun(List<Layer> layers, Consumer<String> notice) {
        return implementation == null ? new RunnableLayers(Lab.home(), notice).bridgeGaps(choice(), layers) : choice();
    }

    /** Loads what was chosen. */
    Implementations load(LayerChoice chosen, List<Layer> layers) {
        return new RunnableLayers(Lab.home(), notice -> {}).load(chosen, layers);
    }
}
