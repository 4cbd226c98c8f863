// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All servers of a system, in groups, and the links to and between them. */
final class Deployment implements AutoCloseable {
    private final Links links;
    private final List<Fleet> groups = new ArrayList<>();

    /** Makes the process of a server, which does not run yet. */
    interface Recipe {
        /**
         * The server {@code name}.
         *
         * @param fleet its group
         * @param links by which it reaches others, and others it
         */
        ServerProcess make(String name, Fleet fleet, Links links);
    }

    /**
     * Servers that do not run yet.
     *
     * @param groups names of the servers of each group, by the group's name, in an order that stays
     */
    Deployment(Map<String, List<String>> groups, Recipe recipe) {
        links = new Links(groups.values().stream().flatMap(List::stream).toList());
        groups.forEach((name, servers) ->
                this.groups.add(new Fleet(name, servers, links, (server, fleet) -> recipe.make(server, fleet, links))));
    }

    /** The links. */
    Links links() {
        return links;
    }

    /** All groups. */
    List<Fleet> groups() {
        return groups;
    }

    /** A group, counted from 0. */
    Fleet group(int number) {
        return groups.get(number);
    }

    /** All servers. */
    List<String> names() {
        return groups.stream().flatMap(group -> group.names().stream()).toList();
    }

    /** Where clients find {@code servers}. */
    List<Address> addresses(List<String> servers) {
        return servers.stream().map(name -> links.entrance(Links.CLIENTS, name)).toList();
    }

    /** Starts all and waits until they are ready; why one is not, if so. */
    Optional<String> start(long seconds) {
        groups.forEach(Fleet::start);
        return awaitReady(seconds);
    }

    /** Waits until all servers are ready; why one is not, if so. */
    Optional<String> awaitReady(long seconds) {
        return awaitReady(names(), seconds);
    }

    /** Waits until {@code servers} are ready; why one is not, if so. */
    Optional<String> awaitReady(List<String> servers, long seconds) {
        return groups.stream()
                .flatMap(group ->
                        group
                                .awaitReady(
                                        group.names().stream()
                                                .filter(servers::contains)
                                                .toList(),
                                        seconds)
                                .stream())
                .findFirst();
    }

    /** What came to its end by itself, if anything. */
    Optional<String> ownEnd() {
        return groups.stream().flatMap(group -> group.ownEnd().stream()).findFirst();
    }

    /** Takes everything back that can be taken back at once; servers that were killed are started again. */
    void mendAll() {
        links.mendAll();
        groups.forEach(Fleet::mendAll);
    }

    /** Ends all processes and links, whatever state they are in. */
    @Override
    public void close() {
        groups.forEach(Fleet::close);
        links.close();
    }
}
