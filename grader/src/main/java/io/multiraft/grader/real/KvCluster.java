// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import io.multiraft.kv.KvLayers;
import io.multiraft.kv.KvLimits;
import io.multiraft.node.Address;
import io.multiraft.service.ServiceOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The servers of a cluster, all in one process and on this machine, with their data below one folder.
 *
 * <pre>
 * cluster.json   where the servers are ({@link ClusterFile})
 * kv-1 …         data directory of each of them
 * </pre>
 */
public final class KvCluster {
    private static final String HOST = "127.0.0.1";

    private final Path folder;
    private final List<Address> servers;

    private KvCluster(Path folder, List<Address> servers) {
        this.folder = folder;
        this.servers = servers;
    }

    /**
     * The cluster whose data is in {@code folder}, or a new one.
     *
     * @param replicas number of servers; three, or as many as there are, if nobody says it
     * @param port of the first server, the others have those behind it; 0: the system chooses them; the same as before, or
     *     {@code defaultPort}, if nobody says it
     * @throws CannotRunException if the folder holds something else, or another number of servers
     */
    public static KvCluster in(Path folder, OptionalInt replicas, OptionalInt port, int defaultPort) {
        refuseForeign(folder);
        Optional<List<Address>> known = ClusterFile.in(folder).map(file -> file.servers(folder));
        int number = replicas.orElse(known.map(List::size).orElse(3));
        if (known.isPresent() && known.get().size() != number) {
            throw new CannotRunException(
                    folder + " holds a cluster of " + known.get().size()
                            + " servers, and their number cannot be changed: name another folder with --data");
        }
        if (known.isPresent() && port.isEmpty()) {
            return new KvCluster(folder, known.get());
        }
        return new KvCluster(folder, addresses(number, port.orElse(defaultPort)));
    }

    private static void refuseForeign(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            Optional<String> foreign = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(ClusterFile.NAME) && !name.matches("kv-\\d+"))
                    .sorted()
                    .findFirst();
            if (foreign.isPresent()) {
                throw new CannotRunException(
                        folder + " is not the data directory of a cluster: it holds " + foreign.get());
            }
        } catch (IOException e) {
            throw new CannotRunException(folder + " cannot be read: " + e, e);
        }
    }

    private static List<Address> addresses(int number, int first) {
        List<Integer> ports = first == 0
                ? freePorts(number)
                : IntStream.range(first, first + number).boxed().toList();
        return ports.stream().map(port -> new Address(HOST + ":" + port)).toList();
    }

    /** Ports that nobody listens at now. */
    public static List<Integer> freePorts(int number) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < number; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The servers, in the order of their ids. */
    public List<Address> servers() {
        return servers;
    }

    /**
     * Opens all servers, and notes where they are.
     *
     * @throws CannotRunException if a directory or a port cannot be had
     */
    public void open(KvLayers layers, Foreground foreground) {
        for (int id = 1; id <= servers.size(); id++) {
            foreground.open(
                    layers.server(id, servers, ServiceOptions.DEFAULT, KvLimits.DEFAULT), folder.resolve("kv-" + id));
        }
        new ClusterFile(servers.stream().map(Address::text).toList()).writeTo(folder);
    }
}
