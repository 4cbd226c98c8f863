// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.load.Implementations;
import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Whose code a shard server is, layer by layer. */
final class ShardLayerOptions {
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

    @Option(names = "--shard", paramLabel = "mine|reference|DIR", description = "Whose sharded service.")
    private String shard;

    /** Loads {@code layers}, as {@link LayerOptions#toRun} does. */
    Implementations toRun(List<Layer> layers, Consumer<String> notice) {
        Map<String, String> named = new HashMap<>();
        named.put("raft", raft);
        named.put("kv", kv);
        named.put("shard", shard);
        LayerChoice choice = LayerOptions.choice(implementation, named);
        return LayerOptions.toRun(choice, implementation != null, layers, notice);
    }
}
