// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

/** How long a sync takes, drawn between the two, in microseconds. */
public record DiskModel(long syncMinMicros, long syncMaxMicros) {

    /** A good solid state disk. */
    public static final DiskModel FAST = new DiskModel(100, 400);
}
