// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.StorageReader;
import io.multiraft.storage.StorageView;
import io.multiraft.storage.StoredRecord;
import io.multiraft.storage.WriteBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.impl.Iq80DBFactory;

/** Whatever a node does with it, LevelDB holds the same as the engine in memory. */
class LevelDbModelTest {
    private static final List<String> KEYSPACES = List.of("x", "y", "z");

    /** A few commits: LevelDB gets something often. */
    private static final int SEGMENT_BYTES = 6_000;

    /** Something that happens to an engine. */
    private interface Step {
        void on(Twins twins) throws Exception;
    }

    @Property(tries = 60, seed = "20261125")
    void itHoldsTheSameAsTheEngineInMemory(@ForAll("steps") List<Step> steps) throws Exception {
        Path folder = Files.createTempDirectory("leveldb");
        try (Twins twins = new Twins(folder)) {
            for (Step step : steps) {
                step.on(twins);
                twins.compare();
            }
        } finally {
            delete(folder);
        }
    }

    /** Both engines, and a view that was taken of both at the same moment. */
    private static final class Twins implements AutoCloseable {
        private static final NodeIdentity SELF = new NodeIdentity("test", "1");

        private final Path folder;
        private LevelDbStorage tested;
        private boolean isNative = true;
        private MemoryStorage model = new MemoryStorage(MemoryStorage.Image.EMPTY);
        private MemoryStorage.Image onDisk = model.image();
        private Optional<StorageView> testedView = Optional.empty();
        private Optional<StorageView> modelView = Optional.empty();

        Twins(Path folder) throws DataDirectoryException {
            this.folder = folder;
            open();
        }

        private void open() throws DataDirectoryException {
            tested = LevelDbStorage.open(
                    folder, SELF, notice -> {}, isNative ? JniDBFactory.factory : Iq80DBFactory.factory, SEGMENT_BYTES);
        }

        void write(WriteBatch batch) {
            tested.write(Durability.RELAXED, batch);
            model.write(Durability.RELAXED, batch);
        }

        void commit() {
            tested.commit();
            onDisk = model.image();
        }

        /** With the other LevelDB than before: they read and write the same files. */
        void restart() throws DataDirectoryException {
            end();
            isNative = !isNative;
            open();
        }

        /** LevelDB has lost the batch that it got last; the log still has what was in it. */
        void restartWithoutLastBatch() throws IOException, DataDirectoryException {
            end();
            loseLastBatch(folder);
            open();
        }

        private void end() {
            testedView = Optional.empty();
            modelView = Optional.empty();
            tested.close();
            model = new MemoryStorage(onDisk);
        }

        void view() {
            testedView.ifPresent(StorageView::close);
            testedView = Optional.of(tested.view());
            modelView = Optional.of(model.view());
        }

        void compare() {
            compare(tested, model);
            testedView.ifPresent(view -> compare(view, modelView.orElseThrow()));
        }

        private static void compare(StorageReader tested, StorageReader model) {
            for (String keyspace : KEYSPACES) {
                List<StoredRecord> expected = records(model.scan(keyspace));
                assertThat(records(tested.scan(keyspace))).isEqualTo(expected);
                ByteString from = Keys.ofLong(70);
                ByteString to = Keys.ofLong(140);
                assertThat(records(tested.scan(keyspace, from, to))).isEqualTo(records(model.scan(keyspace, from, to)));
                for (long key = 0; key < 200; key += 9) {
                    assertThat(tested.get(keyspace, Keys.ofLong(key))).isEqualTo(model.get(keyspace, Keys.ofLong(key)));
                }
            }
        }

        @Override
        public void close() {
            tested.close();
        }
    }

    /** Cuts the last batch off LevelDB's newest log. */
    static void loseLastBatch(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            Path log = files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow();
            byte[] content = Files.readAllBytes(log);
            int end = LogFile.read(content).completeTo();
            byte[] torn = Arrays.copyOf(content, Math.max(0, end - 1));
            Files.write(log, Arrays.copyOf(content, LogFile.read(torn).completeTo()));
        }
    }

    private static List<StoredRecord> records(Cursor cursor) {
        List<StoredRecord> records = new ArrayList<>();
        try (cursor) {
            cursor.forEachRemaining(records::add);
        }
        return records;
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> write = batch().map(batch -> twins -> twins.write(batch));
        Arbitrary<Step> commit = Arbitraries.just(Twins::commit);
        Arbitrary<Step> tidy = Arbitraries.just(twins -> twins.tested.tidy());
        Arbitrary<Step> restart = Arbitraries.just(Twins::restart);
        Arbitrary<Step> view = Arbitraries.just(Twins::view);
        Arbitrary<Step> loss = Arbitraries.just(Twins::restartWithoutLastBatch);
        return Arbitraries.oneOf(write, write, write, write, commit, commit, commit, tidy, view, restart, loss)
                .list()
                .ofMaxSize(40);
    }

    private static Arbitrary<WriteBatch> batch() {
        Arbitrary<String> keyspace = Arbitraries.of(KEYSPACES);
        Arbitrary<Long> key = Arbitraries.longs().between(0, 199);
        Arbitrary<WriteBatch.Operation> put = Combinators.combine(keyspace, key, Arbitraries.longs())
                .as((name, each, value) -> new WriteBatch.Put(name, Keys.ofLong(each), Keys.ofLong(value)));
        Arbitrary<WriteBatch.Operation> delete =
                Combinators.combine(keyspace, key).as((name, each) -> new WriteBatch.Delete(name, Keys.ofLong(each)));
        Arbitrary<WriteBatch.Operation> range = Combinators.combine(keyspace, key, key)
                .as((name, from, to) -> new WriteBatch.DeleteRange(name, Keys.ofLong(from), Keys.ofLong(to)));
        Arbitrary<WriteBatch.Operation> end = Combinators.combine(keyspace, key)
                .as((name, from) -> new WriteBatch.DeleteRange(name, Keys.ofLong(from), ByteString.EMPTY));
        Arbitrary<WriteBatch.Operation> beginning = Combinators.combine(keyspace, key)
                .as((name, to) -> new WriteBatch.DeleteRange(name, ByteString.EMPTY, Keys.ofLong(to)));
        Arbitrary<WriteBatch.Operation> all =
                keyspace.map(name -> new WriteBatch.DeleteRange(name, ByteString.EMPTY, ByteString.EMPTY));
        Arbitrary<WriteBatch.Operation> replace =
                Combinators.combine(keyspace, keyspace).as(WriteBatch.Replace::new);
        Arbitrary<List<WriteBatch.Operation>> few = Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(6, put),
                        net.jqwik.api.Tuple.of(2, delete),
                        net.jqwik.api.Tuple.of(3, range),
                        net.jqwik.api.Tuple.of(1, end),
                        net.jqwik.api.Tuple.of(1, beginning),
                        net.jqwik.api.Tuple.of(1, all),
                        net.jqwik.api.Tuple.of(1, replace))
                .list()
                .ofMaxSize(6);
        // enough that a delete of many is not done at once
        Arbitrary<List<WriteBatch.Operation>> run = Combinators.combine(keyspace, key)
                .as((name, from) -> Stream.iterate(from, each -> each + 1)
                        .limit(90)
                        .<WriteBatch.Operation>map(
                                each -> new WriteBatch.Put(name, Keys.ofLong(each % 200), Keys.ofLong(each)))
                        .toList());
        return Arbitraries.oneOf(few, few, run).map(WriteBatch::new);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
