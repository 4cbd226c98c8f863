// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import io.multiraft.node.port.NodeEffect;
import java.util.List;

/** An entry of the simulator's queue; earlier time first, then the end of a handler before everything else, then order. */
abstract sealed class SimEvent implements Comparable<SimEvent> {
    private final long time;
    private final int rank;
    private final long order;

    private SimEvent(long time, int rank, long order) {
        this.time = time;
        this.rank = rank;
        this.order = order;
    }

    long time() {
        return time;
    }

    @Override
    public int compareTo(SimEvent other) {
        int byTime = Long.compare(time, other.time);
        if (byTime != 0) {
            return byTime;
        }
        int byRank = Integer.compare(rank, other.rank);
        return byRank != 0 ? byRank : Long.compare(order, other.order);
    }

    /** The sync of a batch ends and its output leaves. */
    static final class Release extends SimEvent {
        final SimNode node;
        final int incarnation;
        final List<NodeEffect> effects;

        Release(long time, long order, SimNode node, List<NodeEffect> effects) {
            super(time, 0, order);
            this.node = node;
            this.incarnation = node.incarnation();
            this.effects = effects;
        }
    }

    /** Relaxed writes that nothing durable has taken along reach the disk. */
    static final class Flush extends SimEvent {
        final SimNode node;
        final int incarnation;

        Flush(long time, long order, SimNode node) {
            super(time, 0, order);
            this.node = node;
            this.incarnation = node.incarnation();
        }
    }

    static final class Delivery extends SimEvent {
        final Message message;
        final SimNetwork.LinkState link;

        Delivery(long time, long order, Message message, SimNetwork.LinkState link) {
            super(time, 1, order);
            this.message = message;
            this.link = link;
        }
    }

    static final class Timer extends SimEvent {
        final SimNode node;
        final int incarnation;
        final String name;

        Timer(long time, long order, SimNode node, String name) {
            super(time, 1, order);
            this.node = node;
            this.incarnation = node.incarnation();
            this.name = name;
        }
    }

    /** Work of the run itself: faults and the steps of a test. */
    static final class Control extends SimEvent {
        final Runnable action;

        Control(long time, long order, Runnable action) {
            super(time, 1, order);
            this.action = action;
        }
    }
}
