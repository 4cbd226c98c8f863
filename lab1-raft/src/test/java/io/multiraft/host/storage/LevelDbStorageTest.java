// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.StorageReader;
import io.multiraft.storage.StorageView;
import io.multiraft.storage.WriteBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LevelDbStorageTest {
    private static final NodeIdentity SELF = new NodeIdentity("test", "1");
    private static final ByteString A = Keys.ofText("a");
    private static final ByteString B = Keys.ofText("b");

    @TempDir
    Path folder;

    @Test
    void readsSeeWhatIsNotCommitted() throws Exception {
        try (LevelDbStorage storage = open()) {
            storage.write(Durability.RELAXED, WriteBatch.put("data", A, B));
            assertThat(storage.get("data", A)).contains(B);
            assertThat(storage.get("raft", A)).isEmpty();
            assertThat(keys(storage, "data")).containsExactly(A);
            assertThat(storage.unsaved().durable()).isFalse();
            assertThat(storage.unsaved().bytes()).isPositive();
        }
    }

    @Test
    void onlyWhatIsCommittedSurvives() throws Exception {
        try (LevelDbStorage storage = open()) {
            storage.write(Durability.DURABLE, WriteBatch.put("data", A, A));
            assertThat(storage.unsaved().durable()).isTrue();
            storage.commit();
            assertThat(storage.unsaved()).isEqualTo(DurableStorage.Unsaved.NOTHING);
            storage.write(Durability.DURABLE, WriteBatch.put("data", B, B));
        }
        try (LevelDbStorage storage = open()) {
            assertThat(keys(storage, "data")).containsExactly(A);
        }
    }

    @Test
    void aViewSeesOneMomentWithWhatWasNotCommittedThen() throws Exception {
        try (LevelDbStorage storage = open()) {
            storage.write(Durability.DURABLE, WriteBatch.put("data", A, A));
            storage.commit();
            storage.write(Durability.DURABLE, WriteBatch.put("data", B, A));
            try (StorageView view = storage.view()) {
                storage.write(
                        Durability.DURABLE,
                        WriteBatch.builder().put("data", A, B).clear("data").build());
                storage.commit();
                assertThat(view.get("data", A)).contains(A);
                assertThat(keys(view, "data")).containsExactly(A, B);
            }
            assertThat(keys(storage, "data")).isEmpty();
        }
    }

    @Test
    void aLongLogIsCompactedInPiecesThatAreSmall() throws Exception {
        int entries = 20_000;
        try (LevelDbStorage storage = open()) {
            fill(storage, 0, entries);
            storage.commit();
        }
        try (LevelDbStorage storage = open()) { // all of it is in LevelDB now
            storage.write(Durability.DURABLE, deleteEntries(0, entries - 1));
            assertThat(storage.unsaved().bytes())
                    .as("nothing is deleted one by one yet")
                    .isLessThan(1_000);
            assertThat(keys(storage, "raft")).containsExactly(Keys.ofLong(entries - 1));
            storage.commit();
            int pieces = 0;
            while (storage.tidy()) {
                assertThat(storage.unsaved().bytes()).isLessThan(64 << 10);
                storage.commit();
                pieces++;
            }
            assertThat(pieces).isGreaterThan(10);
            assertThat(keys(storage, "raft")).containsExactly(Keys.ofLong(entries - 1));
        }
    }

    @Test
    void cleaningKeepsPaceWithWriting() throws Exception {
        long kept = 50_000;
        long batch = 2_000;
        try (LevelDbStorage storage = open()) {
            for (long end = batch; end <= 4 * kept; end += batch) {
                fill(storage, end - batch, end);
                if (end > kept) {
                    storage.write(Durability.DURABLE, deleteEntries(0, end - kept));
                }
                storage.commit();
                storage.tidy();
            }
            int left = 0;
            while (storage.tidy()) {
                storage.commit();
                left++;
            }
            assertThat(left).isLessThan(10);
            assertThat(keys(storage, "raft")).hasSize((int) kept);
        }
    }

    @Test
    void aLogThatIsCompactedSoonNeverGetsToLevelDb() throws Exception {
        try (LevelDbStorage storage = open()) {
            for (long entry = 0; entry < 20_000; entry++) {
                fill(storage, entry, entry + 1);
                if (entry % 1_000 == 0) {
                    storage.write(Durability.DURABLE, deleteEntries(0, entry));
                }
                if (entry % 100 == 0) {
                    storage.commit();
                }
            }
            assertThat(storage.tidy()).as("there is nothing to clean").isFalse();
            assertThat(keys(storage, "raft")).hasSize(1_000);
            storage.commit();
        }
        try (LevelDbStorage storage = open()) {
            assertThat(keys(storage, "raft")).hasSize(1_000);
        }
    }

    @Test
    void aCommitThatIsLongerThanASegmentGetsOneOfItsOwn() throws Exception {
        ByteString big = ByteString.copyFrom(new byte[3 * CommitLog.SEGMENT_BYTES]);
        try (LevelDbStorage storage = open()) {
            storage.write(Durability.DURABLE, WriteBatch.put("data", A, A));
            storage.commit();
            storage.write(Durability.DURABLE, WriteBatch.put("data", B, big));
            storage.commit();
            storage.write(Durability.DURABLE, WriteBatch.put("data", A, B));
            storage.commit();
        }
        try (LevelDbStorage storage = open()) {
            assertThat(storage.get("data", A)).contains(B);
            assertThat(storage.get("data", B)).contains(big);
        }
    }

    /** What was deleted before stays deleted when LevelDB goes back, although nothing of that is left where it is replayed. */
    @Test
    void whatLevelDbHasAgainAfterALossIsStillDeleted() throws Exception {
        try (LevelDbStorage storage = open()) {
            fill(storage, 1, 2);
            storage.commit();
        }
        try (LevelDbStorage storage = open()) { // LevelDB has 1
            storage.write(Durability.DURABLE, deleteEntries(1, 2));
            storage.commit();
        }
        LevelDbStorage storage = open(); // LevelDB has nothing, but will have 1 again
        fill(storage, 2, 3);
        storage.write(Durability.DURABLE, deleteEntries(1, 3));
        storage.commit();
        storage.close();
        LevelDbModelTest.loseLastBatch(folder.resolve("deep/down"));
        try (LevelDbStorage after = open()) {
            assertThat(keys(after, "raft")).isEmpty();
        }
    }

    @Test
    void aKeyspaceThatIsClearedWhileItIsCleanedLeavesNothingToTheNextOne() throws Exception {
        try (LevelDbStorage storage = open()) {
            storage.write(Durability.DURABLE, WriteBatch.put("first", A, A));
            fill(storage, 0, 10);
            storage.commit();
        }
        try (LevelDbStorage storage = open()) {
            WriteBatch.Builder batch = WriteBatch.builder();
            batch.deleteRange("raft", ByteString.EMPTY, Keys.ofLong(5));
            storage.write(Durability.DURABLE, batch.clear("raft").build());
            while (storage.tidy()) {
                storage.commit();
            }
            storage.commit();
        }
        try (LevelDbStorage storage = open()) {
            storage.write(Durability.DURABLE, WriteBatch.put("next", A, A));
            assertThat(keys(storage, "next")).containsExactly(A);
        }
    }

    @Test
    void behindEachKeyspaceStandsAFenceAsLongAsItIsThere() throws Exception {
        try (LevelDbStorage storage = open()) {
            storage.write(Durability.DURABLE, WriteBatch.put("first", A, A));
            storage.write(Durability.DURABLE, WriteBatch.put("second", A, A));
            storage.write(Durability.DURABLE, WriteBatch.put("third", A, A));
            storage.commit();
        }
        assertThat(recordsInLevelDb()).containsExactly("2/a", "3/", "3/\0", "4/a", "5/", "5/\0", "6/a", "7/", "7/\0");
        try (LevelDbStorage storage = open()) {
            WriteBatch.Builder batch = WriteBatch.builder();
            storage.write(
                    Durability.DURABLE,
                    batch.clear("third").replace("first", "second").build());
            while (storage.tidy()) {
                storage.commit();
            }
            storage.commit();
            assertThat(keys(storage, "first")).containsExactly(A);
        }
        assertThat(recordsInLevelDb()).containsExactly("4/a", "5/", "5/\0");
    }

    /** What LevelDB has of keyspaces, when it has got all. */
    private List<String> recordsInLevelDb() throws Exception {
        open().close();
        List<String> records = new ArrayList<>();
        Path database = folder.resolve("deep/down/db");
        try (LevelDb db = LevelDb.open(LevelDb.engine(notice -> {}), database, false);
                LevelDb.Walk walk = db.walk(PhysicalKey.first(1))) {
            for (Optional<LevelDb.Found> found = walk.next(); found.isPresent(); found = walk.next()) {
                PhysicalKey key = found.get().key();
                records.add(key.number() + "/" + key.logical().toStringUtf8());
            }
        }
        return records;
    }

    @Test
    void aDeletedEndCanBeWrittenAgainAtOnceWhileItIsStillCleaned() throws Exception {
        try (LevelDbStorage storage = open()) {
            fill(storage, 0, 1_000);
            storage.commit();
            storage.write(Durability.DURABLE, deleteEntries(100, 2_000));
            fill(storage, 100, 150);
            storage.commit();
            storage.tidy();
        }
        try (LevelDbStorage storage = open()) {
            assertThat(keys(storage, "raft")).hasSize(150);
            while (storage.tidy()) {
                storage.commit();
            }
        }
        try (LevelDbStorage storage = open()) {
            assertThat(keys(storage, "raft")).hasSize(150);
        }
    }

    @Test
    void replacingAKeyspaceCostsTheSameWhateverItHolds() throws Exception {
        try (LevelDbStorage storage = open()) {
            fill(storage, 0, 10_000);
            storage.write(Durability.RELAXED, WriteBatch.put("aside", A, B));
            storage.commit();
            storage.write(
                    Durability.DURABLE,
                    WriteBatch.builder().replace("raft", "aside").build());
            assertThat(storage.unsaved().bytes()).isLessThan(1_000);
            assertThat(keys(storage, "raft")).containsExactly(A);
            assertThat(keys(storage, "aside")).isEmpty();
            storage.commit();
        }
        try (LevelDbStorage storage = open()) {
            while (storage.tidy()) {
                storage.commit();
            }
            assertThat(keys(storage, "raft")).containsExactly(A);
        }
    }

    @Test
    void whatWasGivenOutFailsCleanlyAfterTheStorageIsClosed() throws Exception {
        LevelDbStorage storage = open();
        fill(storage, 0, 10);
        storage.commit();
        Cursor cursor = storage.scan("raft");
        StorageView view = storage.view();
        Cursor viewCursor = view.scan("raft");
        storage.close();
        storage.close();
        assertThatThrownBy(() -> cursor.forEachRemaining(each -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> viewCursor.forEachRemaining(each -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.get("raft", A)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> storage.get("raft", A)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> storage.get("none", A)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(storage::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(storage::view).isInstanceOf(IllegalStateException.class);
        cursor.close();
        viewCursor.close();
        view.close();
    }

    @Test
    void aThreadThatClosesDoesNotDisturbOneThatReads() throws Exception {
        for (int round = 0; round < 20; round++) {
            LevelDbStorage storage = open();
            fill(storage, 0, 100);
            storage.commit();
            Thread closer = new Thread(storage::close);
            assertThatThrownBy(() -> {
                        closer.start();
                        while (true) {
                            keys(storage, "raft");
                        }
                    })
                    .isInstanceOf(IllegalStateException.class);
            closer.join();
        }
    }

    private LevelDbStorage open() throws DataDirectoryException {
        return LevelDbStorage.open(folder.resolve("deep/down"), SELF, notice -> {});
    }

    private static void fill(LevelDbStorage storage, long from, long to) {
        WriteBatch.Builder batch = WriteBatch.builder();
        for (long i = from; i < to; i++) {
            batch.put("raft", Keys.ofLong(i), A);
        }
        storage.write(Durability.DURABLE, batch.build());
    }

    private static WriteBatch deleteEntries(long from, long to) {
        return WriteBatch.builder()
                .deleteRange("raft", Keys.ofLong(from), Keys.ofLong(to))
                .build();
    }

    private static List<ByteString> keys(StorageReader storage, String keyspace) {
        List<ByteString> keys = new ArrayList<>();
        try (Cursor records = storage.scan(keyspace)) {
            records.forEachRemaining(each -> keys.add(each.key()));
        }
        return keys;
    }
}
