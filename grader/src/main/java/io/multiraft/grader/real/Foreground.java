// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.host.HostListener;
import io.multiraft.host.rpc.StatusReply;
import io.multiraft.host.server.Server;
import io.multiraft.host.server.ServerPlan;
import io.multiraft.host.storage.DataDirectoryException;
import io.multiraft.host.transport.Routes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/**
 * Servers that run in this process until it is told to end, by Ctrl-C or SIGTERM, or until all of them have failed. What
 * becomes of them is printed, a line each.
 */
public final class Foreground {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean traced;
    private final List<Running> servers = new CopyOnWriteArrayList<>();

    private record Running(ServerPlan plan, Path data, Server server) {
        String name() {
            return plan.identity().toString();
        }
    }

    /**
     * Nothing runs yet.
     *
     * @param traced whether all that nodes tell about themselves is printed, and not only who leads
     */
    public Foreground(PrintWriter out, PrintWriter err, boolean traced) {
        this.out = out;
        this.err = err;
        this.traced = traced;
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    }

    /**
     * Opens directory and port of a server that is where its address says, and its peers likewise.
     *
     * @throws CannotRunException if one of them cannot be had
     */
    public void open(ServerPlan plan, Path data) {
        open(plan, data, Routes.DIRECT);
    }

    /** The same behind proxies: says at once where the server listens, as its peers must get there for it to start. */
    public void open(ServerPlan plan, Path data, Routes routes) {
        String name = plan.identity().toString();
        HostListener listener = new NodeLines(name, traced, this::say, this::complain);
        try {
            Server server = Server.open(plan, data, routes, listener, notice -> complain(name + ": " + notice));
            servers.add(new Running(plan, data, server));
            if (!server.listening().equals(plan.address())) {
                say("listening: " + name + " at " + server.listening());
            }
        } catch (IOException | DataDirectoryException e) {
            throw new CannotRunException(e.getMessage(), e);
        }
    }

    /**
     * Starts the nodes of all servers, which may wait for each other, and says where they stand.
     *
     * @return whether all of them have started; why not is printed
     */
    public boolean start() {
        List<CompletableFuture<StatusReply>> starts =
                servers.stream().map(each -> each.server().start()).toList();
        return IntStream.range(0, servers.size()).allMatch(i -> hasStarted(servers.get(i), starts.get(i)));
    }

    private boolean hasStarted(Running starting, CompletableFuture<StatusReply> start) {
        try {
            StatusReply status = start.join();
            say("ready: " + starting.name() + " at " + starting.plan().address()
                    + ", data in " + starting.data() + ", term " + status.getTerm() + ", log " + status.getFirstIndex()
                    + ".." + status.getLastIndex()
                    + ", applied " + status.getLastApplied());
            return true;
        } catch (CompletionException e) {
            starting.server().stopped().join(); // by then the listener has told why
            return false;
        }
    }

    /** Returns when all servers have stopped. */
    public void await() {
        servers.stream().map(each -> each.server().stopped()).forEach(CompletableFuture::join);
    }

    private void stop() {
        servers.forEach(each -> each.server().stop());
        servers.forEach(each -> say("stopped: " + each.name()));
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private void complain(String line) {
        err.println("lab: " + line);
        err.flush();
    }
}
