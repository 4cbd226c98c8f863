// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.node.Address;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All links of a system: one from each party to each server. What can be done to them is done to a direction at a time. */
final class Links implements AutoCloseable {
    /** The party that all clients are together. */
    static final String CLIENTS = "clients";

    private record Ends(String from, String to) {}

    private final Map<Ends, Link> links = new HashMap<>();

    /** Links that lead nowhere yet, between all {@code servers}, and from the clients to each of them. */
    Links(List<String> servers) {
        for (String to : servers) {
            add(CLIENTS, to);
            servers.stream().filter(from -> !from.equals(to)).forEach(from -> add(from, to));
        }
    }

    private void add(String from, String to) {
        links.put(new Ends(from, to), new Link(from + "-" + to));
    }

    /** Where {@code from} has to connect to for {@code to}. */
    Address entrance(String from, String to) {
        return new Address("127.0.0.1:" + links.get(new Ends(from, to)).port());
    }

    /** {@code server} listens at {@code port} now. */
    void leadTo(String server, int port) {
        links.forEach((ends, link) -> {
            if (ends.to().equals(server)) {
                link.leadTo(port);
            }
        });
    }

    /** Nothing gets from one party to the other, neither requests nor answers. */
    void cut(String from, String to, Object fault) {
        gates(from, to).forEach(gate -> gate.close(fault));
    }

    /** Everything takes longer from one party to the other. */
    void slow(String from, String to, Object fault, long millis) {
        gates(from, to).forEach(gate -> gate.slow(fault, millis));
    }

    /** What goes from one party to the other: its own requests, and its answers to the other's. */
    private List<Gate> gates(String from, String to) {
        Link own = links.get(new Ends(from, to));
        Link others = links.get(new Ends(to, from));
        return own == null
                ? List.of(others.back())
                : others == null ? List.of(own.forth()) : List.of(own.forth(), others.back());
    }

    /** Takes {@code fault} away wherever it is. */
    void mend(Object fault) {
        links.values().forEach(link -> {
            link.forth().mend(fault);
            link.back().mend(fault);
        });
    }

    /** Takes all faults away. */
    void mendAll() {
        links.values().forEach(link -> {
            link.forth().mendAll();
            link.back().mendAll();
        });
    }

    /** Breaks all connections between two parties. */
    void reset(String one, String other) {
        links.forEach((ends, link) -> {
            if (ends.equals(new Ends(one, other)) || ends.equals(new Ends(other, one))) {
                link.reset();
            }
        });
    }

    @Override
    public void close() {
        links.values().forEach(Link::close);
    }
}
