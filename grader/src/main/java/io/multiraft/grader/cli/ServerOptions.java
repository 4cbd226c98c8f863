// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.cli;

import io.multiraft.grader.real.Addresses;
import io.multiraft.grader.real.Foreground;
import io.multiraft.host.server.ServerPlan;
import io.multiraft.host.transport.Routes;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What all kinds of servers are told, and how they are run. */
@Command(sortOptions = false)
final class ServerOptions {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--id",
            paramLabel = "N",
            required = true,
            description = "Which of the --peers this server is, from 1; its data directory is bound to it.")
    private int id;

    @Option(
            names = "--peers",
            paramLabel = "HOST:PORT,…",
            required = true,
            description = "All servers of the group, this one included, in the same order for each of them.")
    private String peers;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Data directory of this server; it is made if it does not exist.")
    private Path data;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Listen there and not at this server's address among the --peers, which others use all the same:"
                            + " behind a proxy or a forwarded port. Port 0 lets the system choose.")
    private String listen;

    @Option(
            names = "--route",
            paramLabel = "PEER=HOST:PORT",
            description = "Reach PEER through this other address; may be given for each server that this one calls.")
    private List<String> routes = List.of();

    @Option(
            names = "--until-eof",
            description = "Stop also when standard input ends, as it does when the program that started this is gone.")
    private boolean untilEof;

    @Option(
            names = "--compact-after",
            paramLabel = "BYTES",
            description = "Compact the log when commands of so many bytes were applied since the last time;"
                    + " 8 MiB if missing.")
    private long compactAfterBytes = ServiceOptions.DEFAULT.compactAfterBytes();

    @Option(names = "--trace", description = "Print all that the node tells about itself.")
    private boolean trace;

    /** Which of {@link #peers} the server is, from 1. */
    int id() {
        if (id < 1 || id > peers().size()) {
            throw new IllegalArgumentException("--id " + id + " is none of the " + peers().size()
                    + " servers that --peers names: it takes 1 to " + peers().size());
        }
        return id;
    }

    /** All servers of the group. */
    List<Address> peers() {
        return Addresses.parse("--peers", peers);
    }

    /** Times and limits of the service. */
    ServiceOptions serviceOptions() {
        if (compactAfterBytes < 1) {
            throw new IllegalArgumentException("--compact-after takes a positive number, not " + compactAfterBytes);
        }
        return ServiceOptions.DEFAULT.withCompactAfterBytes(compactAfterBytes);
    }

    /** What a person should know before the server runs. */
    void notice(String line) {
        spec.commandLine().getErr().println("lab: " + line);
        spec.commandLine().getErr().flush();
    }

    private Map<Address, Address> detours() {
        Map<Address, Address> detours = new LinkedHashMap<>();
        for (String route : routes) {
            String[] parts = route.split("=", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException("--route takes an address of a server and where it is reached,"
                        + " PEER=HOST:PORT; '" + route + "' is not that");
            }
            detours.put(
                    Addresses.parse("--route", parts[0]).get(0),
                    Addresses.parse("--route", parts[1]).get(0));
        }
        return detours;
    }

    /** Runs {@code plan}, of a server that calls only its peers, until it ends; the exit code. */
    int run(ServerPlan plan) {
        for (Address detoured : detours().keySet()) {
            if (!peers().contains(detoured)) {
                throw new IllegalArgumentException(
                        "--route " + detoured + "=… has no effect: " + detoured + " is none of the --peers");
            }
        }
        return runAmongGroups(plan);
    }

    /** The same of a server that calls config servers and servers of other groups as well. */
    int runAmongGroups(ServerPlan plan) {
        Routes ways = new Routes(Optional.ofNullable(listen).map(Address::new), detours());
        Foreground foreground =
                new Foreground(spec.commandLine().getOut(), spec.commandLine().getErr(), trace);
        foreground.open(plan, data, ways);
        if (untilEof) {
            StandardInput.exitAtItsEnd(Lab.OK);
        }
        if (foreground.start()) {
            foreground.await();
        }
        return Lab.POINTS_LOST;
    }
}
