// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What makes a commit durable: one record, appended to a file that was made ahead, and synced. That is a fraction of what a
 * synced write costs LevelDB, to which the same changes go later, many commits at once.
 *
 * <p>The log is a row of segments, {@code log/0000000001.log} and so on, each as long as it will ever be, in the format of
 * LevelDB's own logs ({@link LogFile}). The first record of a segment is its {@link Header}; each other one is the
 * {@link ChangeList} of a commit.
 *
 * <p>Used by the node's event loop; {@link #close} may come from any thread.
 */
final class CommitLog implements AutoCloseable {
    /** So much is committed, about, until LevelDB gets it. */
    static final int SEGMENT_BYTES = 1 << 20;

    private static final Pattern NAME = Pattern.compile("([0-9]{10})\\.log");

    /** More than a header takes, and what a record may be longer there than at another place. */
    private static final int BEGINNING_BYTES = 64;

    private final Path folder;
    private final int segmentBytes;
    private Segment segment;

    /** The removal of segments that nobody needs; a busy disk takes its time for that. */
    private CompletableFuture<Void> removal = CompletableFuture.completedFuture(null);

    /**
     * How a segment begins.
     *
     * @param number of the segment; each has the next one
     * @param size of the file, in bytes
     * @param previousEnd where the last record of the segment before it ends, or 0
     */
    record Header(long number, int size, int previousEnd) {

        byte[] toBytes() {
            byte[] bytes = new byte[Long.BYTES + 2 * Integer.BYTES];
            try {
                CodedOutputStream out = CodedOutputStream.newInstance(bytes);
                out.writeFixed64NoTag(number);
                out.writeFixed32NoTag(size);
                out.writeFixed32NoTag(previousEnd);
                out.checkNoSpaceLeft();
            } catch (IOException e) {
                throw new UncheckedIOException(e); // it is in memory
            }
            return bytes;
        }

        /**
         * Reads a header.
         *
         * @throws IOException if {@code bytes} are none
         */
        static Header of(byte[] bytes) throws IOException {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            return new Header(in.readRawLittleEndian64(), in.readRawLittleEndian32(), in.readRawLittleEndian32());
        }
    }

    /** A segment that is being written; its last record ends at {@code end}. */
    private record Segment(FileChannel file, Header header, int end) {}

    /**
     * Goes on in a new segment.
     *
     * @param folder of the log, which is there
     * @param segmentBytes length of a segment, unless a record needs more
     * @param number of the segment
     * @param previousEnd where the last record of the segment before it ends, or 0
     */
    CommitLog(Path folder, int segmentBytes, long number, int previousEnd) throws IOException {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.segment = begin(new Header(number, segmentBytes, previousEnd));
    }

    /** The name of a segment's file. */
    static String name(long number) {
        return String.format(Locale.ROOT, "%010d.log", number);
    }

    /** Number of the segment that the last record is in. */
    long number() {
        return segment.header().number();
    }

    /**
     * Puts a record on disk, and waits until it is there.
     *
     * @param record a {@link ChangeList}
     * @return whether it is the first one of a new segment
     */
    synchronized boolean append(byte[] record) {
        if (!segment.file().isOpen()) {
            throw new IllegalStateException("the storage is closed");
        }
        try {
            ByteBuffer bytes = LogFile.encode(record, segment.end());
            boolean full = segment.end() + bytes.remaining() > segment.header().size();
            if (full) {
                goOn(bytes.remaining() + BEGINNING_BYTES);
                bytes = LogFile.encode(record, segment.end());
            }
            write(segment.file(), bytes, segment.end());
            segment.file().force(false);
            segment = new Segment(segment.file(), segment.header(), segment.end() + bytes.limit());
            return full;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void goOn(int leastBytes) throws IOException {
        Segment next = begin(new Header(number() + 1, Math.max(segmentBytes, leastBytes), segment.end()));
        segment.file().close();
        segment = next;
    }

    /** A segment is made under another name, so that what has its name is whole. */
    private Segment begin(Header header) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(header.size());
        ByteBuffer first = LogFile.encode(header.toBytes(), 0);
        Path unfinished = folder.resolve("next");
        try (FileChannel file = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            write(file, zeros.put(first).rewind(), 0);
            file.force(true);
        }
        Path path = folder.resolve(name(header.number()));
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        DataDirectory.sync(folder);
        return new Segment(FileChannel.open(path, StandardOpenOption.WRITE), header, first.limit());
    }

    private static void write(FileChannel file, ByteBuffer bytes, int position) throws IOException {
        int at = position;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }

    /**
     * Removes the segments before {@code first}, without waiting until they are gone; one that cannot be removed now is in
     * nobody's way, and goes later.
     */
    synchronized void removeBefore(long first) {
        if (segment.file().isOpen()) {
            removal = removal.thenRunAsync(() -> remove(first));
        }
    }

    private void remove(long first) {
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> number(file).filter(each -> each < first).isPresent())
                    .sorted()
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // the next removal will try again
        }
    }

    /** The number of the segment that has this name, if one can have it. */
    static Optional<Long> number(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Optional.of(Long.parseLong(name.group(1))) : Optional.empty();
    }

    /** May be called more than once. */
    @Override
    public synchronized void close() {
        try {
            segment.file().close();
        } catch (IOException e) {
            throw failure(e);
        } finally {
            removal.join();
        }
    }

    private static StorageFailure failure(IOException e) {
        return new StorageFailure("the commit log cannot be written", e);
    }
}
