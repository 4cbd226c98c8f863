// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.WriteBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private static final NodeIdentity SELF = new NodeIdentity("kv", "1");
    private static final int RECORDS = 150;

    /** So many that they fill several segments of the commit log, if these are small. */
    private static final int MANY_RECORDS = 400;

    private static final int SMALL_SEGMENTS = 10_000;
    private static final int SECTOR = 512;

    @TempDir
    Path parent;

    private Path folder;
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void chooseFolder() {
        folder = parent.resolve("not/there/yet");
    }

    // ---- whose it is -----------------------------------------------------------------------------------------------

    @Test
    void oneProcessAtATimeUsesIt() throws Exception {
        try (LevelDbStorage storage = open()) {
            assertThat(storage.get("data", Keys.ofText("a"))).isEmpty();
            assertRefused("is in use by process " + ProcessHandle.current().pid());
        }
        open().close();
    }

    @Test
    void anotherNodesDirectoryIsRefused() throws Exception {
        open().close();
        assertThatThrownBy(() -> LevelDbStorage.open(folder, new NodeIdentity("kv", "2"), notices::add))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessage("data directory " + folder + " belongs to node kv 1, not to node kv 2");
    }

    @Test
    void aDirectoryWithOtherThingsInItIsRefusedAndNotTouched() throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("thesis.tex"), "important");
        assertRefused("is not a data directory of the labs: it has no FORMAT, but holds thesis.tex");
    }

    @Test
    void aNewerFormatIsRefused() throws Exception {
        open().close();
        Path marker = folder.resolve("FORMAT");
        Files.writeString(marker, Files.readString(marker).replace("version 3", "version 4"));
        assertRefused("has format 4, and this program knows format 3 only");
    }

    @Test
    void anUnreadableMarkerIsRefused() throws Exception {
        open().close();
        Files.writeString(folder.resolve("FORMAT"), "something else\n");
        assertRefused("is not a data directory of the labs: its FORMAT is something else");
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsRefused() throws Exception {
        folder = parent.resolve("file");
        Files.writeString(folder, "text");
        assertThatThrownBy(this::open)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("cannot be used");
        assertThat(Files.readString(folder)).isEqualTo("text");
    }

    @Test
    void aDirectoryWhoseMakingWasInterruptedIsUsed() throws Exception {
        Files.createDirectories(folder.resolve("db"));
        Files.writeString(folder.resolve("FORMAT"), "multi-raft data directory\nversion 3\nnode kv 1\n");
        open().close();
    }

    // ---- damage ----------------------------------------------------------------------------------------------------

    @Test
    void aTornEndOfTheCommitLogIsPassedOverWithANotice() throws Exception {
        crashedWith(RECORDS, CommitLog.SEGMENT_BYTES);
        Path segment = lastSegment();
        byte[] bytes = Files.readAllBytes(segment);
        int end = usedBytes(bytes);
        Arrays.fill(bytes, (end - 1) / SECTOR * SECTOR, end, (byte) 0);
        Files.write(segment, bytes);
        int left = LogFile.read(segment).records().size() - 1;
        assertRecords(left);
        assertThat(left).isLessThan(RECORDS);
        assertThat(notices).hasSize(1).first().asString().contains("passed over an unfinished commit");
        notices.clear();
        assertRecords(left);
        assertThat(notices).isEmpty();
    }

    @Test
    void aTornEndOfLevelDbsLogLosesNothing() throws Exception {
        crashedWith(MANY_RECORDS, SMALL_SEGMENTS);
        Path log = last(".log");
        byte[] bytes = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(bytes, usedBytes(bytes) - 10));
        assertRecords(MANY_RECORDS);
        assertThat(notices).hasSize(1).first().asString().contains("dropped an unfinished batch");
        notices.clear();
        assertRecords(MANY_RECORDS);
        assertThat(notices).isEmpty();
    }

    @Test
    void aCommitLogThatGoesBackLessFarThanLevelDbIsRefused() throws Exception {
        crashedWith(MANY_RECORDS, SMALL_SEGMENTS);
        Path log = last(".log");
        byte[] bytes = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(bytes, usedBytes(bytes) / 3));
        assertThatThrownBy(this::open)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageMatching("data directory .* is damaged: log/\\d{10}.log is missing");
    }

    @Test
    void aFlippedBitInTheCommitLogIsRefusedWhereverItIs() throws Exception {
        crashedWith(RECORDS, CommitLog.SEGMENT_BYTES);
        Path segment = lastSegment();
        int used = usedBytes(Files.readAllBytes(segment));
        for (int at : new int[] {0, 6, 10, used / 2, used - 10}) {
            flip(segment, at);
            assertRefused("is damaged: log/" + segment.getFileName() + " does not fit its checksums");
            flip(segment, at);
        }
        assertRecords(RECORDS);
    }

    @Test
    void aSegmentThatIsShorterThanItWasMadeIsRefused() throws Exception {
        crashedWith(RECORDS, CommitLog.SEGMENT_BYTES);
        Path segment = lastSegment();
        byte[] whole = Files.readAllBytes(segment);
        int third = LogFile.read(segment).completeTo() / 3;
        int end = LogFile.read(Arrays.copyOf(whole, third)).completeTo(); // between two commits
        Files.write(segment, Arrays.copyOf(whole, end));
        assertRefused("is damaged: log/%s has %d bytes instead of %d"
                .formatted(segment.getFileName(), end, CommitLog.SEGMENT_BYTES));
    }

    @Test
    void aSegmentThatDoesNotEndWhereTheNextOneSaysIsRefused() throws Exception {
        crashedWith(MANY_RECORDS, SMALL_SEGMENTS);
        List<Path> segments = segments();
        Path before = segments.get(segments.size() - 2);
        byte[] bytes = Files.readAllBytes(before);
        int end = LogFile.read(bytes).completeTo();
        Arrays.fill(bytes, LogFile.read(Arrays.copyOf(bytes, end - 1)).completeTo(), end, (byte) 0);
        Files.write(before, bytes);
        assertRefused("is damaged: log/" + before.getFileName() + " does not fit its checksums");
    }

    @Test
    void missingSegmentsAreRefused() throws Exception {
        crashedWith(MANY_RECORDS, SMALL_SEGMENTS);
        List<Path> segments = segments();
        assertThat(segments).hasSize(2);
        Path last = segments.get(1);
        Path aside = parent.resolve("aside");
        Files.move(last, aside);
        assertThatThrownBy(this::open).hasMessageEndingWith("is damaged: log/" + last.getFileName() + " is missing");
        Files.move(aside, last);
        assertRecords(MANY_RECORDS);
    }

    @Test
    void aCommitLogThatIsGoneIsRefused() throws Exception {
        crashedWith(RECORDS, CommitLog.SEGMENT_BYTES);
        Files.move(folder.resolve("log"), parent.resolve("aside"));
        assertThatThrownBy(this::open).hasMessageEndingWith("is damaged: log/0000000001.log is missing");
    }

    @Test
    void oldSegmentsThatWereNotRemovedInTimeAreInNobodysWay() throws Exception {
        crashedWith(MANY_RECORDS, SMALL_SEGMENTS);
        assertThat(segments().get(0).getFileName().toString()).isGreaterThan("0000000002.log");
        new CommitLog(folder.resolve("log"), SMALL_SEGMENTS, 1, 0).close();
        new CommitLog(folder.resolve("log"), SMALL_SEGMENTS, 2, 77).close();
        assertRefused("is damaged: log/0000000001.log does not fit its checksums");
        new CommitLog(folder.resolve("log"), SMALL_SEGMENTS, 1, 0).close();
        Files.delete(folder.resolve("log/0000000002.log"));
        assertRecords(MANY_RECORDS);
        open().close();
        assertThat(segments()).hasSize(2);
    }

    @Test
    void segmentsHaveTheSameNamesInAllLanguages() throws Exception {
        Locale usual = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            crashedWith(RECORDS, CommitLog.SEGMENT_BYTES);
            assertRecords(RECORDS);
        } finally {
            Locale.setDefault(usual);
        }
    }

    @Test
    void aSegmentWhoseMakingWasInterruptedIsPassedOver() throws Exception {
        crashedWith(RECORDS, CommitLog.SEGMENT_BYTES);
        Files.write(folder.resolve("log/next"), new byte[1_000]);
        assertRecords(RECORDS);
        assertThat(notices).isEmpty();
    }

    @Test
    void aFlippedBitInTheMiddleOfLevelDbsLogIsRefused() throws Exception {
        crashedWith(MANY_RECORDS, SMALL_SEGMENTS);
        Path log = last(".log");
        flip(log, usedBytes(Files.readAllBytes(log)) / 2);
        assertRefused("is damaged: db/" + log.getFileName() + " does not fit its checksums");
    }

    @Test
    void aFlippedBitInLevelDbsLastBatchIsRefused() throws Exception {
        crashedWith(MANY_RECORDS, SMALL_SEGMENTS);
        Path log = last(".log");
        flip(log, usedBytes(Files.readAllBytes(log)) - 10);
        assertRefused("is damaged: db/" + log.getFileName() + " does not fit its checksums");
    }

    @Test
    void aFlippedBitInATableIsRefused() throws Exception {
        fill(open(), RECORDS);
        open().close(); // what was in the commit log is in LevelDB's now
        open().close(); // and in a table
        Path table = last(".sst");
        for (int at : new int[] {0, 1_000, (int) Files.size(table) - 60, (int) Files.size(table) - 5}) {
            flip(table, at);
            assertRefused("is damaged: db/" + table.getFileName() + " does not fit its checksums");
            flip(table, at);
        }
        assertRecords(RECORDS);
    }

    @Test
    void aFlippedBitInTheManifestIsRefused() throws Exception {
        fill(open(), RECORDS);
        Path manifest = folder.resolve("db")
                .resolve(Files.readString(folder.resolve("db/CURRENT")).strip());
        flip(manifest, 10);
        assertRefused("is damaged: db/" + manifest.getFileName() + " does not fit its checksums");
    }

    @Test
    void missingFilesAreRefused() throws Exception {
        fill(open(), RECORDS);
        open().close();
        open().close();
        assertRefusedWithout(folder.resolve("db/CURRENT"), "is damaged: db/CURRENT is missing");
        assertRefusedWithout(last(".sst"), "of db is missing");
        assertRefusedWithout(last(".log"), "of db is missing");
        assertRecords(RECORDS);
    }

    // ---- what the tests need ---------------------------------------------------------------------------------------

    private LevelDbStorage open() throws DataDirectoryException {
        return LevelDbStorage.open(folder, SELF, notices::add);
    }

    private static void fill(LevelDbStorage storage, int records) {
        for (long i = 0; i < records; i++) {
            storage.write(
                    Durability.DURABLE, WriteBatch.put("data", Keys.ofLong(i), ByteString.copyFrom(new byte[100])));
            storage.commit();
        }
        storage.close();
    }

    /** A directory as it is after a crash: a copy of one that is in use, so that all is in the log. */
    private void crashedWith(int records, int segmentBytes) throws Exception {
        Path used = parent.resolve("used");
        LevelDbStorage storage =
                LevelDbStorage.open(used, SELF, notices::add, LevelDb.engine(notices::add), segmentBytes);
        for (long i = 0; i < records; i++) {
            ByteString value = ByteString.copyFromUtf8("value of a record ".repeat(4) + i);
            storage.write(Durability.DURABLE, WriteBatch.put("data", Keys.ofLong(i), value));
            storage.commit();
        }
        copy(used, folder);
        storage.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private void assertRecords(long expected) throws Exception {
        try (LevelDbStorage storage = open()) {
            assertThat(storage.get("data", Keys.ofLong(expected - 1))).isPresent();
            assertThat(storage.get("data", Keys.ofLong(expected))).isEmpty();
        }
    }

    private void assertRefusedWithout(Path file, String problem) throws Exception {
        Path aside = parent.resolve("aside");
        Files.move(file, aside);
        assertRefused(problem);
        Files.move(aside, file);
    }

    private void assertRefused(String problem) throws IOException {
        Map<Path, String> before = content();
        assertThatThrownBy(this::open)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageStartingWith("data directory " + folder + " ")
                .hasMessageEndingWith(problem);
        assertThat(content()).isEqualTo(before);
    }

    /** All files but the lock, which says who holds it. */
    private Map<Path, String> content() throws IOException {
        Map<Path, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().equals("LOCK"))
                    .forEach(file -> {
                        try {
                            content.put(file, Arrays.hashCode(Files.readAllBytes(file)) + "");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
        return content;
    }

    private Path last(String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            return files.sorted().toList();
        }
    }

    private Path lastSegment() throws IOException {
        List<Path> segments = segments();
        return segments.get(segments.size() - 1);
    }

    private static int usedBytes(byte[] log) {
        int end = log.length;
        while (log[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 4;
        Files.write(file, bytes);
    }
}
