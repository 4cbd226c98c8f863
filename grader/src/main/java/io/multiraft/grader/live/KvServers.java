// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.node.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Servers of the key-value store, each a {@code ./lab server kv}. All know each other by the addresses at which clients find
 * them, which are entrances of links; they reach each other by links of their own, and listen where the system lets them.
 */
final class KvServers {
    private final LiveSetup setup;
    private final LivePlan plan;
    private final Evidence evidence;

    /** Servers of the code that {@code setup} names, with logs and data in the folder of the run. */
    KvServers(LiveSetup setup, LivePlan plan, Evidence evidence) {
        this.setup = setup;
        this.plan = plan;
        this.evidence = evidence;
    }

    /** A group of servers that do not run yet; their names are their ids. */
    Fleet fleet(List<String> names) {
        return new Fleet(names, (name, links, fleet) -> {
            List<String> command = command(name, names, links);
            return new ServerProcess(name, command, evidence.log(name), port -> fleet.listens(name, port));
        });
    }

    private List<String> command(String name, List<String> names, Links links) {
        List<String> command = new ArrayList<>(setup.lab());
        command.addAll(List.of("server", "kv", "--id", name));
        command.addAll(List.of(
                "--peers", names.stream().map(each -> address(each, links)).collect(Collectors.joining(","))));
        command.addAll(List.of("--listen", "127.0.0.1:0", "--until-eof"));
        command.addAll(List.of("--data", evidence.data(name).toString()));
        command.addAll(List.of("--compact-after", Long.toString(plan.compactAfterBytes())));
        for (String other : names) {
            if (!other.equals(name)) {
                Address detour = links.entrance(name, other);
                command.addAll(List.of("--route", address(other, links) + "=" + detour));
            }
        }
        command.addAll(setup.layerOptions());
        return command;
    }

    private static String address(String name, Links links) {
        return links.entrance(Links.CLIENTS, name).text();
    }
}
