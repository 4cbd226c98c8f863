// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

/** What a write promises once the output of its event has left the node. */
public enum Durability {
    /** On disk before anything that the same event sends leaves the node. For what the node promises to others. */
    DURABLE,
    /**
     * Never waited for; rides in the next durable batch or in one of its own a little later. For what can be made again,
     * such as state machine data, which the log can bring back. After a power loss a prefix of the relaxed writes
     * survives, and always all of those that precede a durable write.
     */
    RELAXED
}
