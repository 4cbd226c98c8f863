// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A part of the system that can be exchanged by itself, and where an implementation keeps it. */
public enum Layer {
    /** Consensus. */
    RAFT("lab1", "lab1-raft", "raft"),
    /** The replicated service and the key-value store. */
    KV("lab2", "lab2-kv", "kv"),
    /** Clients of the key-value store. */
    KV_CLIENT("lab2", "lab2-kv", "client"),
    /** The config server. */
    CONFIG("lab3", "lab3-configserver", "config"),
    /** The part of a server that knows of buckets and configurations. */
    SHARD("lab4", "lab4-shardkv", "shard"),
    /** Clients of the sharded key-value store. */
    SHARD_CLIENT("lab4", "lab4-shardkv", "client");

    private final String packageName;
    private final String module;
    private final String label;

    Layer(String packageName, String module, String label) {
        this.packageName = packageName;
        this.module = module;
        this.label = label;
    }

    /** Last part of the package of the layer's own code: the lab in which it is written. */
    public String packageName() {
        return packageName;
    }

    /** Module in which a student writes it. */
    public String module() {
        return module;
    }

    /** As it is named in options and reports; the clients of all labs have one name. */
    public String label() {
        return label;
    }

    /** Whether it belongs to {@code lab}, and is not only used there. */
    public boolean isOf(String lab) {
        return packageName.equals(lab);
    }

    /** The layers that the tests of {@code lab} put together: its own and those of the labs before, lowest first. */
    public static List<Layer> usedBy(String lab) {
        return Stream.of(values())
                .filter(layer -> layer.isOf(lab) || (layer.packageName.compareTo(lab) < 0 && !layer.isClient()))
                .toList();
    }

    private boolean isClient() {
        return label.equals("client");
    }

    /** The name of an enum constant, as a property of the system: {@code lab.raft}. */
    public String property() {
        return "lab." + label.toLowerCase(Locale.ROOT);
    }
}
