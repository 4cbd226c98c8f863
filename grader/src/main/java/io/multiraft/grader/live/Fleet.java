// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.grader.real.StatusCheck;
import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** The servers of one group: their processes, and who leads. */
final class Fleet implements AutoCloseable {
    private final String name;
    private final List<String> names;
    private final Links links;
    private final Map<String, ServerProcess> processes = new LinkedHashMap<>();
    private final Map<String, Address> places = new ConcurrentHashMap<>();
    private final Set<String> paused = ConcurrentHashMap.newKeySet();

    /**
     * Servers that do not run yet.
     *
     * @param name of the group, for people
     * @param names of its servers
     * @param links that lead to them
     * @param recipe makes the process of a server, given its name and its group
     */
    Fleet(String name, List<String> names, Links links, BiFunction<String, Fleet, ServerProcess> recipe) {
        this.name = name;
        this.names = List.copyOf(names);
        this.links = links;
        names.forEach(server -> processes.put(server, recipe.apply(server, this)));
    }

    /** The group's name. */
    String name() {
        return name;
    }

    /** All servers, by name, in the order of their ids. */
    List<String> names() {
        return names;
    }

    /** A server. */
    ServerProcess process(String name) {
        return processes.get(name);
    }

    /** The server {@code name} listens at {@code port} now. */
    void listens(String name, int port) {
        links.leadTo(name, port);
        places.put(name, new Address("127.0.0.1:" + port));
    }

    /** Starts all; they are not ready yet. */
    void start() {
        processes.values().forEach(ServerProcess::start);
    }

    /** Waits until {@code servers} are ready; why one is not, if so. */
    Optional<String> awaitReady(List<String> servers, long seconds) {
        for (String name : servers) {
            Optional<String> problem = process(name).awaitReady(seconds);
            if (problem.isPresent()) {
                return Optional.of("Server " + name + ": " + problem.get());
            }
        }
        return Optional.empty();
    }

    /** SIGSTOP. */
    void pause(String name) {
        paused.add(name);
        process(name).pause();
    }

    /** SIGCONT. */
    void resume(String name) {
        process(name).resume();
        paused.remove(name);
    }

    /** Who leads the highest term, of those that can be asked. */
    Optional<String> leader() {
        List<String> asked = new ArrayList<>();
        for (String name : names()) {
            if (process(name).isUp() && !paused.contains(name) && places.containsKey(name)) {
                asked.add(name);
            }
        }
        String leader = StatusCheck.of(asked.stream().map(places::get).toList()).leader();
        return asked.stream()
                .filter(name -> places.get(name).text().equals(leader))
                .findFirst();
    }

    /** How all servers are, in the order of their names. */
    List<StatusCheck.Found> status() {
        return StatusCheck.of(names().stream().map(places::get).toList()).servers();
    }

    /** What came to its end by itself, if anything. */
    Optional<String> ownEnd() {
        return names().stream()
                .flatMap(name -> process(name).ownEnd().map(how -> "Server " + name + ": " + how).stream())
                .findFirst();
    }

    /** Takes everything back that can be taken back at once; servers that were killed are started again. */
    void mendAll() {
        names().forEach(name -> {
            if (paused.contains(name)) {
                resume(name);
            }
            process(name).start();
        });
    }

    /** Names in another order: as {@code draw} wants it. */
    static List<String> shuffled(List<String> names, int draw) {
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(draw));
        return shuffled;
    }

    /** Ends all processes, whatever state they are in. */
    @Override
    public void close() {
        processes.values().forEach(ServerProcess::end);
    }
}
