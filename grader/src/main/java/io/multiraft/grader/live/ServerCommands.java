// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.grader.load.Layer;
import io.multiraft.grader.load.LayerChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How servers are started as processes. All know each other by the addresses at which clients find them, which are entrances
 * of links; they reach each other by links of their own, and listen where the system lets them.
 */
final class ServerCommands {
    private final LiveSetup setup;
    private final LivePlan plan;
    private final Evidence evidence;

    /** For servers of the code that {@code setup} names, with logs and data in the folder of the run. */
    ServerCommands(LiveSetup setup, LivePlan plan, Evidence evidence) {
        this.setup = setup;
        this.plan = plan;
        this.evidence = evidence;
    }

    /**
     * A server that does not run yet.
     *
     * @param kind arguments of {@code ./lab} that say what it is, besides its place in its group
     * @param layers that it is made of
     * @param fleet its group
     * @param others all that it ever calls
     */
    ServerProcess process(
            String name, List<String> kind, List<Layer> layers, Fleet fleet, List<String> others, Links links) {
        List<String> command = new ArrayList<>(setup.command());
        command.addAll(kind);
        command.addAll(List.of("--id", Integer.toString(fleet.names().indexOf(name) + 1)));
        command.addAll(List.of("--peers", addresses(fleet.names(), links)));
        command.addAll(List.of("--listen", "127.0.0.1:0", "--until-eof"));
        command.addAll(List.of("--data", evidence.data(name).toString()));
        command.addAll(List.of("--compact-after", Long.toString(plan.compactAfterBytes())));
        for (String other : others) {
            command.addAll(List.of("--route", address(other, links) + "=" + links.entrance(name, other)));
        }
        LayerChoice choice = setup.choice();
        command.addAll(List.of("--impl", choice.implementation()));
        choice.labels(layers).forEach((layer, whose) -> command.addAll(List.of("--" + layer, whose)));
        return new ServerProcess(name, command, evidence.log(name), port -> fleet.listens(name, port));
    }

    /** All {@code servers} but {@code name}. */
    static List<String> others(String name, List<String> servers) {
        return servers.stream().filter(other -> !other.equals(name)).toList();
    }

    /** Addresses of {@code servers}, as a command line has them. */
    static String addresses(List<String> servers, Links links) {
        return servers.stream().map(name -> address(name, links)).collect(Collectors.joining(","));
    }

    private static String address(String name, Links links) {
        return links.entrance(Links.CLIENTS, name).text();
    }
}
