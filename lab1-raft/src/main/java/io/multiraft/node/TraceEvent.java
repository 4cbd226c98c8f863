// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node;

/**
 * A fact that a node tells about itself, for people and pictures. Implemented by records; the name of the record is the
 * kind of event and its components are the facts.
 */
public interface TraceEvent {

    /** Kind of event, as shown in traces. */
    default String kind() {
        return getClass().getSimpleName();
    }
}
