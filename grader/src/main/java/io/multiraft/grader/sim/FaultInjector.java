// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Lets the faults of a schedule begin and end. */
public final class FaultInjector {

    private static final String SUBJECT = "subject";
    private static final String ALL = "all";

    /** A {@link Fault.When} that waits. */
    private static final class Armed {
        final Fault.When fault;
        int skip;

        Armed(Fault.When fault) {
            this.fault = fault;
            this.skip = fault.skip();
        }
    }

    private final Simulation simulation;
    private final Map<String, Supplier<Collection<Address>>> roles = new LinkedHashMap<>();
    private final List<Armed> armed = new ArrayList<>();
    private int begun;
    private boolean over;

    FaultInjector(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Defines a selector; asked when a fault begins. */
    public void defineRole(String name, Supplier<Collection<Address>> members) {
        roles.put(name, members);
    }

    /** Number of faults that began so far and fitted somebody. */
    public int begun() {
        return begun;
    }

    /** Plans all faults of {@code schedule}, and that everything is mended at its end. */
    public void plan(Schedule schedule) {
        schedule.faults().forEach(fault -> simulation.at(fault.atMicros(), () -> begin(fault, null)));
        simulation.at(schedule.faultMicros(), () -> {
            over = true;
            armed.clear();
            simulation.healAll();
        });
    }

    /** Lets {@code fault} come by itself, its time counted from now. */
    public void add(Fault fault) {
        simulation.after(fault.atMicros(), () -> begin(fault, null));
    }

    /** An observer says that {@code predicate} has come true of {@code subject}. */
    public void announce(String predicate, Address subject) {
        if (armed.isEmpty()) {
            return;
        }
        for (Armed waiting : List.copyOf(armed)) {
            if (waiting.fault.predicate().equals(predicate) && waiting.skip-- == 0) {
                armed.remove(waiting);
                Fault then = waiting.fault.then();
                simulation.record(subject, "predicate", predicate);
                if (then.atMicros() == 0) {
                    simulation.begin(() -> begin(then, subject));
                } else {
                    simulation.after(then.atMicros(), () -> begin(then, subject));
                }
            }
        }
    }

    private void begin(Fault fault, Address subject) {
        if (over) {
            return;
        }
        if (fault instanceof Fault.When when) {
            Armed waiting = new Armed(when);
            armed.add(waiting);
            end(fault, () -> armed.remove(waiting));
        } else if (fault instanceof Fault.Cut cut) {
            begin(cut, subject);
        } else if (fault instanceof Fault.Noise noise) {
            begun++;
            simulation.record("network", "noise", noise.lossPermille() + " permille lost");
            simulation.network().begin(noise);
            end(fault, () -> simulation.network().end(noise));
        } else if (fault instanceof Fault.Hold hold) {
            keep(hold, select(hold.from(), subject), select(hold.to(), subject));
        } else if (fault instanceof Fault.Duplicate duplicate) {
            keep(duplicate, select(duplicate.from(), subject), select(duplicate.to(), subject));
        } else {
            beginAtNodes(fault, subject);
        }
    }

    private void begin(Fault.Cut cut, Address subject) {
        Set<Address> from = select(cut.from(), subject);
        Set<Address> to = select(cut.to(), subject);
        if (from.isEmpty() || to.isEmpty()) {
            return;
        }
        begun++;
        simulation.record("network", "cuts", from + (cut.bothWays() ? " <-> " : " -> ") + to);
        eachPair(cut, from, to, simulation.network()::cut);
        end(cut, () -> {
            simulation.record("network", "mends", from + (cut.bothWays() ? " <-> " : " -> ") + to);
            eachPair(cut, from, to, simulation.network()::mend);
        });
    }

    private interface LinkAction {
        void on(Address from, Address to);
    }

    private static void eachPair(Fault.Cut cut, Set<Address> from, Set<Address> to, LinkAction action) {
        for (Address left : from) {
            for (Address right : to) {
                if (!left.equals(right)) {
                    action.on(left, right);
                    if (cut.bothWays()) {
                        action.on(right, left);
                    }
                }
            }
        }
    }

    private void keep(Fault fault, Set<Address> from, Set<Address> to) {
        if (!from.isEmpty() && !to.isEmpty()) {
            begun++;
            simulation.record("network", fault instanceof Fault.Hold ? "holds" : "duplicates", from + " -> " + to);
            Object capsule = simulation.network().keep(from, to, fault);
            end(fault, () -> simulation.network().stopKeeping(capsule));
        }
    }

    private void beginAtNodes(Fault fault, Address subject) {
        List<SimNode> nodes = new ArrayList<>();
        for (Address address : select(selectors(fault), subject)) {
            if (!simulation.isScripted(address)) {
                nodes.add(simulation.node(address));
            }
        }
        if (nodes.isEmpty()) {
            return;
        }
        begun++;
        if (fault instanceof Fault.Crash crash) {
            nodes.forEach(node -> simulation.powerOff(node, crash.keepPermille()));
            end(fault, () -> nodes.forEach(simulation::powerOn));
        } else if (fault instanceof Fault.Pause) {
            nodes.forEach(node -> simulation.setPaused(node, true));
            end(fault, () -> nodes.forEach(node -> simulation.setPaused(node, false)));
        } else if (fault instanceof Fault.ClockRate rate) {
            nodes.forEach(node -> simulation.setClockRate(node, rate.permille()));
            end(fault, () -> nodes.forEach(node -> simulation.setClockRate(node, 1000)));
        } else if (fault instanceof Fault.SlowDisk slow) {
            nodes.forEach(node -> simulation.setSyncTime(node, slow.syncMicros()));
            end(fault, () -> nodes.forEach(node -> simulation.setSyncTime(node, 0)));
        }
    }

    private static List<String> selectors(Fault fault) {
        if (fault instanceof Fault.Crash crash) {
            return crash.nodes();
        } else if (fault instanceof Fault.Pause pause) {
            return pause.nodes();
        } else if (fault instanceof Fault.ClockRate rate) {
            return rate.nodes();
        } else if (fault instanceof Fault.SlowDisk slow) {
            return slow.nodes();
        }
        throw new IllegalArgumentException("not a fault of nodes: " + fault);
    }

    private void end(Fault fault, Runnable action) {
        simulation.after(fault.forMicros(), () -> {
            if (!over) {
                action.run();
            }
        });
    }

    private Set<Address> select(List<String> selectors, Address subject) {
        Set<Address> selected = new LinkedHashSet<>();
        for (String selector : selectors) {
            if (selector.startsWith("!")) {
                Set<Address> without = everybody();
                Set<Address> excluded = select(List.of(selector.substring(1)), subject);
                if (excluded.isEmpty()) {
                    return Set.of(); // "all but the leader" without a leader: void
                }
                without.removeAll(excluded);
                selected.addAll(without);
            } else {
                selected.addAll(resolve(selector, subject));
            }
        }
        return selected;
    }

    private Collection<Address> resolve(String selector, Address subject) {
        if (selector.equals(SUBJECT)) {
            return subject == null ? List.of() : List.of(subject);
        } else if (selector.equals(ALL)) {
            return everybody();
        } else if (roles.containsKey(selector)) {
            return roles.get(selector).get();
        }
        Address address = new Address(selector);
        return everybody().contains(address) ? List.of(address) : List.of();
    }

    private Set<Address> everybody() {
        Set<Address> all = new LinkedHashSet<>();
        simulation.nodes().forEach(node -> all.add(node.address()));
        all.addAll(simulation.scriptedAddresses());
        return all;
    }
}
