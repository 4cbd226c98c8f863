// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.load;

import java.util.Locale;

/** A part of the system that can be exchanged by itself, and where an implementation keeps it. */
public enum Layer {
    /** Lab 1. */
    RAFT("lab1", "lab1-raft");

    private final String packageName;
    private final String module;

    Layer(String packageName, String module) {
        this.packageName = packageName;
        this.module = module;
    }

    /** Last part of the package of the layer's own code. */
    public String packageName() {
        return packageName;
    }

    /** Module in which a student writes it. */
    public String module() {
        return module;
    }

    /** As it is named in options and reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
