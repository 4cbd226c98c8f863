// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host;

import io.multiraft.node.Address;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Says when a node starts. A member of a group that starts at once, while its leader has not found it again, hears nothing
 * for an election timeout, stands for election and deposes that leader. So it starts when a peer calls it, which a leader and
 * a candidate do; or when all peers have made contact, which they do when the whole group has been started together; or when
 * somebody opens the gate, because peers may be gone. Used on the event loop only.
 */
final class StartGate {
    private final Set<Address> peers;
    private final Set<Address> missing;
    private Optional<Runnable> start = Optional.empty();
    private boolean open;

    /** Opens by itself if {@code peers} make it, at once if there are none. */
    StartGate(Set<Address> peers) {
        this.peers = peers;
        this.missing = new HashSet<>(peers);
        this.open = peers.isEmpty();
    }

    /** Runs {@code start} once: now, or when the gate opens. */
    void whenOpen(Runnable newStart) {
        start = Optional.of(newStart);
        pass();
    }

    /** {@code from} has called. */
    void called(Address from) {
        if (peers.contains(from)) {
            open();
        }
    }

    /** {@code from} has a way to this node. */
    void contact(Address from) {
        missing.remove(from);
        if (missing.isEmpty()) {
            open();
        }
    }

    /** Lets the node start, whoever is missing. */
    void open() {
        open = true;
        pass();
    }

    private void pass() {
        if (open) {
            Optional<Runnable> waiting = start;
            start = Optional.empty();
            waiting.ifPresent(Runnable::run);
        }
    }
}
