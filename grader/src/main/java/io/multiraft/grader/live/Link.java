// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy for the connections that one party opens to another. Requests go forward on it, answers back. It listens at the
 * same port as long as it exists, wherever the other party is at present.
 *
 * <p>What does not get through is held, not lost: TCP loses nothing either as long as a connection lives. So what was sent into
 * a link that is cut arrives late, or never, if the link is {@link #reset}.
 */
final class Link implements AutoCloseable {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int BACKLOG = 64;
    private static final int CONNECT_MILLIS = 2_000;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final String name;
    private final Gate forth = new Gate();
    private final Gate back = new Gate();
    private final ServerSocket entrance;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile OptionalInt exit = OptionalInt.empty();

    /** A link that leads nowhere yet; {@code name} is for people. */
    Link(String name) {
        this.name = name;
        try {
            entrance = new ServerSocket(0, BACKLOG, LOOPBACK);
        } catch (IOException e) {
            throw new UncheckedIOException("no port for a proxy", e);
        }
        daemon("accept", this::accept);
    }

    /** The port that it listens at. */
    int port() {
        return entrance.getLocalPort();
    }

    /** From now on new connections lead to {@code port} of this machine. */
    void leadTo(int port) {
        exit = OptionalInt.of(port);
    }

    /** What passes on the way to the other party. */
    Gate forth() {
        return forth;
    }

    /** What passes on the way back. */
    Gate back() {
        return back;
    }

    /** Breaks all connections; what was on its way is lost. */
    void reset() {
        connections.forEach(Connection::close);
    }

    @Override
    public void close() {
        closeQuietly(entrance);
        reset();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                connect(entrance.accept());
            } catch (IOException e) {
                // closed, or the caller is gone already
            }
        }
    }

    /** If the other party is not there, the caller sees its connection end at once, and tries again. */
    private void connect(Socket caller) throws IOException {
        Socket callee = new Socket();
        try {
            callee.connect(new InetSocketAddress(LOOPBACK, exit.orElse(0)), CONNECT_MILLIS);
        } catch (IOException | IllegalArgumentException e) {
            closeQuietly(callee);
            closeQuietly(caller);
            return;
        }
        caller.setTcpNoDelay(true);
        callee.setTcpNoDelay(true);
        Connection connection = new Connection(caller, callee);
        connections.add(connection);
        connection.begin();
    }

    private final class Connection {
        private final Socket caller;
        private final Socket callee;

        Connection(Socket caller, Socket callee) {
            this.caller = caller;
            this.callee = callee;
        }

        void begin() {
            daemon("forth", () -> carry(caller, callee, forth));
            daemon("back", () -> carry(callee, caller, back));
        }

        private void carry(Socket from, Socket to, Gate gate) {
            byte[] chunk = new byte[CHUNK_BYTES];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                    gate.pass();
                    out.write(chunk, 0, read);
                }
                gate.pass(); // the end of a connection is not seen through a cut either
            } catch (IOException e) {
                // one of the two is gone: the other one is told below
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            close();
        }

        void close() {
            closeQuietly(caller);
            closeQuietly(callee);
            connections.remove(this);
        }
    }

    private void daemon(String what, Runnable task) {
        Thread thread = new Thread(task, "link " + name + " " + what);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use any more either way
        }
    }
}
