// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The segments of a {@link CommitLog} that are there when a directory is opened, checked: each is as long as it was made, all
 * records fit their checksums, and each segment ends where the next one says. Only the very last record may be unfinished, as
 * a power failure leaves it. Of those that LevelDB may need none is missing; of older ones there may be some left.
 */
final class CommitLogFiles {
    private final DataDirectory directory;
    private final NavigableMap<Long, Segment> segments = new TreeMap<>();

    private record Segment(Path path, CommitLog.Header header, LogFile.Content content) {
        boolean isUnfinished() {
            return content.ending() == LogFile.Ending.UNFINISHED;
        }
    }

    private CommitLogFiles(DataDirectory directory) {
        this.directory = directory;
    }

    /**
     * Reads and checks all segments, and changes nothing.
     *
     * @param notice told if the last record is unfinished and will be passed over
     * @throws DataDirectoryException if something is damaged or missing
     */
    static CommitLogFiles read(DataDirectory directory, Consumer<String> notice)
            throws IOException, DataDirectoryException {
        CommitLogFiles files = new CommitLogFiles(directory);
        if (Files.isDirectory(directory.commitLog())) {
            files.readAll();
            files.check(notice);
        }
        return files;
    }

    private void readAll() throws IOException, DataDirectoryException {
        List<Path> paths;
        try (Stream<Path> files = Files.list(directory.commitLog())) {
            paths = files.sorted().toList();
        }
        for (Path path : paths) {
            Optional<Long> number = CommitLog.number(path);
            if (number.isPresent()) {
                segments.put(number.get(), read(path, number.get()));
            }
        }
    }

    private Segment read(Path path, long number) throws IOException, DataDirectoryException {
        LogFile.Content content = LogFile.read(path);
        if (content.ending() == LogFile.Ending.DAMAGED || content.records().isEmpty()) {
            throw damaged(path, "does not fit its checksums");
        }
        CommitLog.Header header = CommitLog.Header.of(content.records().get(0));
        if (header.number() != number) {
            throw damaged(path, "is segment " + header.number() + " of the log");
        }
        if (header.size() != Files.size(path)) {
            throw damaged(path, "has %d bytes instead of %d".formatted(Files.size(path), header.size()));
        }
        return new Segment(path, header, content);
    }

    private void check(Consumer<String> notice) throws DataDirectoryException {
        for (Segment segment : segments.values()) {
            Segment next = segments.get(segment.header().number() + 1);
            if (next != null && segment.content().completeTo() != next.header().previousEnd()) {
                throw damaged(segment.path(), "does not fit its checksums");
            }
        }
        lastSegment()
                .filter(Segment::isUnfinished)
                .ifPresent(last -> notice.accept("passed over an unfinished commit at the end of " + last.path()
                        + ", as a power failure leaves it"));
    }

    private Optional<Segment> lastSegment() {
        return Optional.ofNullable(segments.lastEntry()).map(Map.Entry::getValue);
    }

    /** Waits until the last record is on disk: its writer may have been killed after it had written it, and before that. */
    void sync() throws IOException {
        Optional<Segment> last = lastSegment();
        if (last.isPresent()) {
            try (FileChannel file = FileChannel.open(last.get().path(), StandardOpenOption.WRITE)) {
                file.force(true);
            }
        }
    }

    /** Number of the last segment, 0 if there is none. */
    long last() {
        return lastSegment().map(last -> last.header().number()).orElse(0L);
    }

    /** Where the last record of the last segment ends, 0 if there is none. */
    int end() {
        return lastSegment().map(last -> last.content().completeTo()).orElse(0);
    }

    /**
     * What was committed and may not be in LevelDB.
     *
     * @param named the segment from which on LevelDB may lack something, if it names one: a new one does not
     * @return records of LevelDB; an empty value is a delete
     * @throws DataDirectoryException if a segment from there on is missing
     */
    NavigableMap<PhysicalKey, Optional<ByteString>> replay(Optional<Long> named)
            throws IOException, DataDirectoryException {
        NavigableMap<PhysicalKey, Optional<ByteString>> records = new TreeMap<>();
        long last = Math.max(last(), named.orElse(0L));
        for (long number = named.orElse(1L); number <= last; number++) {
            Segment segment = segments.get(number);
            if (segment == null) {
                throw missing(number);
            }
            List<byte[]> all = segment.content().records();
            for (byte[] list : all.subList(1, all.size())) {
                ChangeList.replay(list, records);
            }
        }
        return records;
    }

    private DataDirectoryException missing(long number) {
        return directory.damaged("log/" + CommitLog.name(number) + " is missing");
    }

    private DataDirectoryException damaged(Path path, String how) {
        return directory.damaged("log/" + path.getFileName() + " " + how);
    }
}
