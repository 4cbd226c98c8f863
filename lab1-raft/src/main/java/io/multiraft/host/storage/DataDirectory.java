// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory of one node: a lock that one process holds, a marker that says what it is and whose, and the engine's own
 * folder.
 *
 * <pre>
 * LOCK     locked while a process uses the directory; holds that process's id
 * FORMAT   name and version of the layout, and the node that it belongs to
 * db/      LevelDB
 * log/     what was committed and is not in LevelDB yet
 * </pre>
 */
final class DataDirectory implements AutoCloseable {
    private static final String LAYOUT = "multi-raft data directory";
    private static final int VERSION = 3;

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Locks the directory for this process, and makes it with its parents if it is not there.
     *
     * @throws DataDirectoryException if it is in use, belongs to another node or program, or cannot be read or written
     */
    static DataDirectory open(Path path, NodeIdentity identity) throws DataDirectoryException {
        try {
            if (!Files.exists(path)) {
                Files.createDirectories(path);
                sync(path.toAbsolutePath().getParent());
            }
            refuseForeign(path);
            FileChannel channel = lock(path);
            try {
                mark(path, identity);
                return new DataDirectory(path, channel);
            } catch (IOException | DataDirectoryException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new DataDirectoryException(path, "cannot be used: " + describe(e), e);
        }
    }

    /** The directory itself. */
    Path path() {
        return path;
    }

    /** Where LevelDB keeps its files. */
    Path database() {
        return path.resolve("db");
    }

    /** Where the segments of the commit log are. */
    Path commitLog() {
        return path.resolve("log");
    }

    /** Waits until the names of LevelDB's files are on disk. */
    void syncDatabase() {
        try {
            sync(database());
        } catch (IOException e) {
            throw new StorageFailure("the folder of LevelDB cannot be synced", e);
        }
    }

    /** Waits until the names in a folder are on disk. */
    static void sync(Path folder) throws IOException {
        if (File.separatorChar == '\\') {
            return; // Windows opens no folders, and needs none of this
        }
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** This directory holds something that is not as it was written. */
    DataDirectoryException damaged(String how) {
        return new DataDirectoryException(path, "is damaged: " + how);
    }

    /** This directory cannot be used. */
    DataDirectoryException refuse(String problem, Throwable cause) {
        return new DataDirectoryException(path, problem, cause);
    }

    /** Gives the directory up; may be called more than once. */
    @Override
    public void close() {
        try {
            channel.close(); // and with it the lock
        } catch (IOException e) {
            throw new StorageFailure("data directory " + path + " cannot be unlocked", e);
        }
    }

    /** Before anything is written, not even a lock: a directory with other things in it is somebody else's. */
    private static void refuseForeign(Path path) throws IOException, DataDirectoryException {
        if (Files.exists(path.resolve("FORMAT"))) {
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            List<String> foreign = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("LOCK") && !name.equals("FORMAT.new"))
                    .sorted()
                    .toList();
            if (!foreign.isEmpty()) {
                throw new DataDirectoryException(
                        path, "is not a data directory of the labs: it has no FORMAT, but holds " + foreign.get(0));
            }
        }
    }

    private static FileChannel lock(Path path) throws IOException, DataDirectoryException {
        FileChannel channel = FileChannel.open(
                path.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                channel.truncate(0);
                channel.write(
                        StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // another node of this very process has it: refused like any other
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        String owner = Files.readString(path.resolve("LOCK"), StandardCharsets.US_ASCII)
                .strip();
        channel.close();
        throw new DataDirectoryException(path, "is in use by process " + (owner.isEmpty() ? "?" : owner));
    }

    /** Checks the marker, or sets it. */
    private static void mark(Path path, NodeIdentity identity) throws IOException, DataDirectoryException {
        Path marker = path.resolve("FORMAT");
        if (Files.exists(marker)) {
            check(path, Files.readAllBytes(marker), identity);
            return;
        }
        Path unfinished = path.resolve("FORMAT.new");
        String text = LAYOUT + "\nversion " + VERSION + "\nnode " + identity + "\n";
        try (FileChannel out = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        rename(unfinished, marker);
        sync(path);
    }

    private static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }

    private static void check(Path path, byte[] marker, NodeIdentity identity) throws DataDirectoryException {
        List<String> lines = new String(marker, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < 2 || !lines.get(0).equals(LAYOUT) || !lines.get(1).matches("version \\d{1,9}")) {
            throw new DataDirectoryException(path, "is not a data directory of the labs: its FORMAT is something else");
        }
        int version = Integer.parseInt(lines.get(1).substring("version ".length()));
        if (version != VERSION) {
            throw new DataDirectoryException(
                    path, "has format " + version + ", and this program knows format " + VERSION + " only");
        }
        if (lines.size() != 3 || !lines.get(2).startsWith("node ")) {
            throw new DataDirectoryException(path, "is damaged: its FORMAT does not say whose it is");
        }
        String owner = lines.get(2).substring("node ".length());
        if (!owner.equals(identity.toString())) {
            throw new DataDirectoryException(path, "belongs to node " + owner + ", not to node " + identity);
        }
    }

    private static String describe(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
