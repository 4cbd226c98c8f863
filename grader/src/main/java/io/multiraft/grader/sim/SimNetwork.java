// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides when, how often and whether a message arrives. */
final class SimNetwork {

    /** Delivery of late copies. */
    @FunctionalInterface
    interface Deliver {
        void after(long delayMicros, Message message, LinkState link);
    }

    /** One direction between two members. */
    static final class LinkState {
        final long key;
        long sent;
        int cuts;

        LinkState(long key) {
            this.key = key;
        }

        boolean isCut() {
            return cuts > 0;
        }
    }

    /** A hold or duplicate fault that still waits for messages. */
    private static final class Capsule {
        final Set<Address> from;
        final Set<Address> to;
        final String method;
        final boolean replies;
        final boolean keepOriginal;
        final long delayMicros;
        int left;

        Capsule(Set<Address> from, Set<Address> to, Fault fault) {
            this.from = from;
            this.to = to;
            if (fault instanceof Fault.Hold hold) {
                method = hold.method();
                replies = hold.replies();
                delayMicros = hold.delayMicros();
                left = hold.count();
                keepOriginal = false;
            } else if (fault instanceof Fault.Duplicate duplicate) {
                method = duplicate.method();
                replies = duplicate.replies();
                delayMicros = duplicate.delayMicros();
                left = duplicate.count();
                keepOriginal = true;
            } else {
                throw new IllegalArgumentException("not a fault that keeps messages: " + fault);
            }
        }

        boolean takes(Message message) {
            return left > 0
                    && message.isReply() == replies
                    && message.methodName().equals(method)
                    && from.contains(message.from())
                    && to.contains(message.to());
        }
    }

    private final long seed;
    private final NetworkModel base;
    private final Map<Address, Map<Address, LinkState>> links = new HashMap<>();
    private final List<Capsule> capsules = new ArrayList<>();
    private final List<Fault.Noise> noises = new ArrayList<>();
    private NetworkModel current;

    SimNetwork(long seed, NetworkModel base) {
        this.seed = seed;
        this.base = base;
        this.current = base;
    }

    void cut(Address from, Address to) {
        link(from, to).cuts++;
    }

    void mend(Address from, Address to) {
        LinkState link = link(from, to);
        link.cuts = Math.max(0, link.cuts - 1);
    }

    private LinkState link(Address from, Address to) {
        Map<Address, LinkState> outgoing = links.get(from);
        if (outgoing == null) {
            outgoing = new HashMap<>();
            links.put(from, outgoing);
        }
        LinkState state = outgoing.get(to);
        if (state == null) {
            long key = SimRandom.mix(SimRandom.mix(SimRandom.mix(seed, 0x4C494E4B), from.text()), to.text());
            state = new LinkState(key);
            outgoing.put(to, state);
        }
        return state;
    }

    Object keep(Set<Address> from, Set<Address> to, Fault fault) {
        Capsule capsule = new Capsule(new HashSet<>(from), new HashSet<>(to), fault);
        capsules.add(capsule);
        return capsule;
    }

    void stopKeeping(Object capsule) {
        capsules.remove(capsule);
    }

    void begin(Fault.Noise noise) {
        noises.add(noise);
        current = base.with(noise);
    }

    void end(Fault.Noise noise) {
        noises.remove(noise);
        current = noises.isEmpty() ? base : base.with(noises.get(noises.size() - 1));
    }

    /** From now on every message arrives, once and soon. */
    void becomeReliable() {
        links.values().forEach(outgoing -> outgoing.values().forEach(link -> link.cuts = 0));
        capsules.clear();
        noises.clear();
        current = new NetworkModel(base.delayMinMicros(), Math.min(base.delayMaxMicros(), 5_000), 0, 0, 0, 0);
    }

    void carry(Message message, Deliver deliver) {
        LinkState link = link(message.from(), message.to());
        if (link.isCut()) {
            return;
        }
        SimRandom random = SimRandom.of(link.key, ++link.sent);
        long delay = delay(random);
        Capsule capsule = capsuleFor(message);
        if (capsule != null) {
            capsule.left--;
            deliver.after(capsule.delayMicros + delay, message, link);
            if (!capsule.keepOriginal) {
                return;
            }
        } else if (random.chance(current.lossPermille())) {
            return;
        }
        deliver.after(delay, message, link);
        if (random.chance(current.duplicatePermille())) {
            deliver.after(delay + delay(random), message, link);
        }
    }

    private Capsule capsuleFor(Message message) {
        if (capsules.isEmpty()) {
            return null;
        }
        for (Capsule capsule : capsules) {
            if (capsule.takes(message)) {
                return capsule;
            }
        }
        return null;
    }

    private long delay(SimRandom random) {
        if (random.chance(current.slowPermille())) {
            return random.nextLong(current.delayMinMicros(), current.slowMaxMicros() + 1);
        }
        return random.nextLong(current.delayMinMicros(), current.delayMaxMicros() + 1);
    }
}
