// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;

/**
 * Watches a run. Sees only what really happened: output of an event that a crash cut off before its barrier is never shown.
 * Throws to end the run with a verdict.
 */
public interface Observer {

    /** A node boots; its {@link SimNode#incarnation()} is new. */
    default void onBoot(SimNode node) {}

    /** A node lost power. */
    default void onCrash(SimNode node) {}

    /** A message leaves its sender, whether or not the network will deliver it. */
    default void onSend(Message message) {}

    /** A node begins to handle a message. */
    default void onDeliver(Message message) {}

    /** An effect other than a message is released: applied entries, reports. */
    default void onEffect(SimNode node, NodeEffect effect) {}

    /** A batch of events with durable writes was released; {@link SimNode#durableImage()} is what would survive now. */
    default void onReleased(SimNode node) {}

    /** A scripted peer joined the run; what it sends is not judged. */
    default void onScripted(Address peer) {}
}
