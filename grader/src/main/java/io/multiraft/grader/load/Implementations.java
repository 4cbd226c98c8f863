// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import io.multiraft.config.ConfigFactory;
import io.multiraft.kv.KvClientFactory;
import io.multiraft.kv.KvStoreFactory;
import io.multiraft.raft.RaftFactory;
import io.multiraft.service.ServiceFactory;
import io.multiraft.shard.ShardClientFactory;
import io.multiraft.shard.ShardFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The layers that are under test in this process, loaded when they are asked for. */
public final class Implementations {
    private final Function<Layer, CompiledLayer> classes;
    private final Map<CompiledLayer, LayerLoader> loaders = new HashMap<>();
    private final Map<Class<?>, Object> factories = new HashMap<>();
    private final List<CompiledLayer> all;
    private List<String> findings;

    /** From folders with compiled classes. */
    public Implementations(Lineup lineup) {
        this.classes = layer -> lineup.layers().get(layer);
        this.all = lineup.layers().values().stream().distinct().toList();
    }

    private Implementations(Function<Layer, CompiledLayer> classes) {
        this.classes = classes;
        this.all = List.of();
    }

    /**
     * Compiles what {@code lab.impl} names ({@code mine} if it is missing), and for single layers {@code lab.raft},
     * {@code lab.kv} and so on, as soon as it is asked for.
     */
    public static Implementations fromSystemProperties() {
        LayerChoice choice = LayerChoice.all(System.getProperty("lab.impl", "mine"));
        for (Layer layer : Layer.values()) {
            String chosen = System.getProperty(layer.property());
            choice = chosen == null ? choice : choice.with(layer, chosen);
        }
        Compilation compilation = new Compilation(home());
        LayerChoice chosen = choice;
        return new Implementations(layer -> compilation.of(chosen, layer));
    }

    /** The folder that {@code lab.home} names, or else the nearest one above the current folder with a launcher. */
    private static Path home() {
        String named = System.getProperty("lab.home");
        Path here = Path.of(named == null ? "." : named).toAbsolutePath().normalize();
        for (Path folder = here; named == null && folder != null; folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve("lab"))) {
                return folder;
            }
        }
        return here;
    }

    /** What makes runs of this code impossible to repeat, a line each. */
    public synchronized List<String> findings() {
        if (findings == null) {
            findings = new ArrayList<>();
            all.forEach(each -> findings.addAll(
                    BytecodeScreen.findings(Path.of(each.classes())).unrepeatable()));
        }
        return findings;
    }

    /** The Raft under test. */
    public RaftFactory raft() {
        return factory(Layer.RAFT, RaftFactory.class);
    }

    /** The replicated service under test. */
    public ServiceFactory service() {
        return factory(Layer.KV, ServiceFactory.class);
    }

    /** The key-value store under test. */
    public KvStoreFactory kvStore() {
        return factory(Layer.KV, KvStoreFactory.class);
    }

    /** The client of the key-value store under test. */
    public KvClientFactory kvClient() {
        return factory(Layer.KV_CLIENT, KvClientFactory.class);
    }

    /** The config server under test. */
    public ConfigFactory config() {
        return factory(Layer.CONFIG, ConfigFactory.class);
    }

    /** What makes groups of servers own buckets, under test. */
    public ShardFactory shard() {
        return factory(Layer.SHARD, ShardFactory.class);
    }

    /** The client of the sharded key-value store under test. */
    public ShardClientFactory shardClient() {
        return factory(Layer.SHARD_CLIENT, ShardClientFactory.class);
    }

    private synchronized <F> F factory(Layer layer, Class<F> type) {
        Object made = factories.get(type);
        if (made == null) {
            CompiledLayer compiled = classes.apply(layer);
            LayerLoader loader = loaders.computeIfAbsent(
                    compiled,
                    key -> new LayerLoader(
                            Path.of(key.classes()), key.packageName(), Implementations.class.getClassLoader()));
            made = loader.instance(type);
            factories.put(type, made);
        }
        return type.cast(made);
    }
}
