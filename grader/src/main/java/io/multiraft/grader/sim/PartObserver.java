// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import io.multiraft.node.Address;
import io.multiraft.node.port.NodeEffect;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Shows an observer a part of a run only: some nodes, and the messages among them. */
public final class PartObserver implements Observer {
    private final Set<Address> part;
    private final Observer observer;

    /** Shows {@code observer} what concerns {@code part}. */
    public PartObserver(Collection<Address> part, Observer observer) {
        this.part = new HashSet<>(part);
        this.observer = observer;
    }

    private boolean concerns(SimNode node) {
        return part.contains(node.address());
    }

    private boolean concerns(Message message) {
        return part.contains(message.from()) && part.contains(message.to());
    }

    @Override
    public void onBoot(SimNode node) {
        if (concerns(node)) {
            observer.onBoot(node);
        }
    }

    @Override
    public void onCrash(SimNode node) {
        if (concerns(node)) {
            observer.onCrash(node);
        }
    }

    @Override
    public void onSend(Message message) {
        if (concerns(message)) {
            observer.onSend(message);
        }
    }

    @Override
    public void onDeliver(Message message) {
        if (concerns(message)) {
            observer.onDeliver(message);
        }
    }

    @Override
    public void onEffect(SimNode node, NodeEffect effect) {
        if (concerns(node)) {
            observer.onEffect(node, effect);
        }
    }

    @Override
    public void onReleased(SimNode node) {
        if (concerns(node)) {
            observer.onReleased(node);
        }
    }

    @Override
    public void onScripted(Address peer) {
        if (part.contains(peer)) {
            observer.onScripted(peer);
        }
    }
}
