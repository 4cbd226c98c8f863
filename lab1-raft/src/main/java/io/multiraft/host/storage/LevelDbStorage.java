// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.StorageView;
import io.multiraft.storage.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.iq80.leveldb.DBFactory;
import org.iq80.leveldb.impl.Iq80DBFactory;

/**
 * The storage of a real node: LevelDB in a data directory of its own, with a {@link CommitLog} in front.
 *
 * <p>What the node writes waits in memory, already as records of LevelDB, and reads look there first. {@link #commit} makes
 * it durable in the commit log; when a segment of that is full, all that waits goes to LevelDB as one synced batch, and what
 * was overwritten or deleted meanwhile never gets there. Every keyspace has a number, which its keys begin with, so that one
 * keyspace takes another's place by a change of numbers. LevelDB deletes key by key: a delete of many keys only notes a
 * {@link DeadRange}, which reads pass over and {@link #tidy} cleans piece by piece. A walk that comes to the end of a keyspace
 * must not go on through what was deleted in those behind it, which can be a hundred megabytes that LevelDB reads in vain: so
 * a <em>fence</em> stands behind each keyspace. It is two records, as LevelDB's iterators read one record ahead.
 *
 * <p>Records of the engine's own, in keyspace 0: {@code 'k' name} is the number of that keyspace (four bytes), {@code 'd'
 * first key} the end of a range that still has to be cleaned, {@code 'c'} the segment of the commit log (eight bytes) from
 * which on LevelDB may lack something. Doing a segment again, from its beginning, on a LevelDB that has a part of it or all
 * gives the same as before.
 */
public final class LevelDbStorage implements DurableStorage {
    private static final ByteString KEYSPACE = ByteString.copyFromUtf8("k");
    private static final ByteString DEAD = ByteString.copyFromUtf8("d");

    /** Every second number is a keyspace's, the one behind it is that of its fence. */
    private static final int NUMBERS_APART = 2;

    private static final PhysicalKey COMMIT_LOG = PhysicalKey.of(PhysicalKey.ENGINE, ByteString.copyFromUtf8("c"));

    /** A delete of no more keys than this is done at once. */
    private static final int FEW_KEYS = 64;

    /** So much more is cleaned at a time than was written since the last time, so that cleaning keeps pace with writing. */
    private static final int TIDY_KEYS = 512;

    private static final int TIDY_BYTES = 1 << 20;

    private final DataDirectory directory;
    private final LevelDb db;
    private final CommitLog log;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final DeadRanges dead = new DeadRanges(new DeadRangeRecords());

    /** What LevelDB does not hold yet. */
    private final NavigableMap<PhysicalKey, Optional<ByteString>> pending;

    /** From this segment of the commit log on LevelDB may lack something. */
    private long flushedTo;

    private ChangeList changes = new ChangeList();
    private boolean durable;
    private int lastNumber;
    private int keysPutSinceTidy;
    private long bytesPutSinceTidy;

    private LevelDbStorage(
            DataDirectory directory,
            LevelDb db,
            CommitLog log,
            long flushedTo,
            NavigableMap<PhysicalKey, Optional<ByteString>> pending) {
        this.directory = directory;
        this.db = db;
        this.log = log;
        this.flushedTo = flushedTo;
        this.pending = pending;
        flush();
        loadNumbers();
        loadDeadRanges();
    }

    /**
     * Opens the storage of {@code identity} in the directory {@code path}, which is made, with its parents, if it is not
     * there. All checksums of what the engine will read at start are verified, those of tables too. An unfinished commit at
     * the end of the log, or an unfinished batch at the end of LevelDB's, as a power failure leaves them, is dropped.
     *
     * @param notice told in one line what a person should know: that an unfinished batch was dropped, or that LevelDB's
     *     native library does not load here
     * @throws DataDirectoryException if the directory is in use, belongs to another node or program, is damaged or newer
     *     than this program; nothing of it is changed then
     */
    public static LevelDbStorage open(Path path, NodeIdentity identity, Consumer<String> notice)
            throws DataDirectoryException {
        return open(path, identity, notice, LevelDb.engine(notice), CommitLog.SEGMENT_BYTES);
    }

    /** The same with a given LevelDB, and segments of the commit log of a given length in bytes. */
    static LevelDbStorage open(
            Path path, NodeIdentity identity, Consumer<String> notice, DBFactory engine, int segmentBytes)
            throws DataDirectoryException {
        DataDirectory directory = DataDirectory.open(path, identity);
        try {
            return open(directory, notice, engine, segmentBytes);
        } catch (IOException | StorageFailure e) {
            directory.close();
            throw directory.refuse("cannot be opened: " + e.getMessage(), e);
        } catch (DataDirectoryException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static LevelDbStorage open(
            DataDirectory directory, Consumer<String> notice, DBFactory engine, int segmentBytes)
            throws IOException, DataDirectoryException {
        CommitLogFiles committed = CommitLogFiles.read(directory, notice);
        LevelDb db = openDatabase(directory, notice, engine);
        try {
            Optional<Long> named = db.get(COMMIT_LOG).map(number -> Keys.toLong(number, 0));
            NavigableMap<PhysicalKey, Optional<ByteString>> missing = committed.replay(named);
            CommitLog log = goOn(directory, committed, segmentBytes);
            try {
                return new LevelDbStorage(directory, db, log, named.orElse(1L), missing);
            } catch (RuntimeException e) {
                log.close();
                throw e;
            }
        } catch (IOException | DataDirectoryException | RuntimeException e) {
            db.close();
            throw e;
        }
    }

    private static LevelDb openDatabase(DataDirectory directory, Consumer<String> notice, DBFactory engine)
            throws IOException, DataDirectoryException {
        LevelDbFiles.Database database = LevelDbFiles.prepare(directory, notice);
        DBFactory able = engine;
        if (database == LevelDbFiles.Database.ONLY_IN_JAVA && !(engine instanceof Iq80DBFactory)) {
            notice.accept(directory.path() + " was compacted by the LevelDB in Java: going on with that slower one");
            able = Iq80DBFactory.factory;
        }
        return LevelDb.open(able, directory.database(), database == LevelDbFiles.Database.NONE);
    }

    private static CommitLog goOn(DataDirectory directory, CommitLogFiles committed, int segmentBytes)
            throws IOException {
        committed.sync();
        Files.createDirectories(directory.commitLog());
        DataDirectory.sync(directory.path());
        return new CommitLog(directory.commitLog(), segmentBytes, committed.last() + 1, committed.end());
    }

    private void loadNumbers() {
        forEach(KEYSPACE, (name, number) -> {
            numbers.put(
                    name.toStringUtf8(), PhysicalKey.wrap(number.toByteArray()).number());
        });
        numbers.values().forEach(number -> lastNumber = Math.max(lastNumber, number));
    }

    private void loadDeadRanges() {
        forEach(DEAD, (from, to) -> {
            PhysicalKey first = PhysicalKey.wrap(from.toByteArray());
            dead.add(DeadRange.unclean(new KeyRange(first, PhysicalKey.wrap(to.toByteArray()))));
            lastNumber = Math.max(lastNumber, first.number());
        });
    }

    private interface Loader {
        void load(ByteString nameBehindKind, ByteString value);
    }

    private void forEach(ByteString kind, Loader loader) {
        try (LevelDb.Walk walk = db.walk(PhysicalKey.of(PhysicalKey.ENGINE, kind))) {
            for (Optional<LevelDb.Found> found = walk.next(); found.isPresent(); found = walk.next()) {
                PhysicalKey key = found.get().key();
                if (key.number() != PhysicalKey.ENGINE || !key.logical().startsWith(kind)) {
                    return;
                }
                loader.load(key.logical().substring(kind.size()), found.get().value());
            }
        }
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    @Override
    public void write(Durability durability, WriteBatch batch) {
        db.requireOpen();
        batch.operations().forEach(this::apply);
        durable |= durability == Durability.DURABLE;
    }

    private void apply(WriteBatch.Operation operation) {
        if (operation instanceof WriteBatch.Put put) {
            PhysicalKey key = PhysicalKey.of(numberToWrite(put.keyspace()), put.key());
            dead.revive(key, this::holdsNothing);
            set(key, Optional.of(put.value()));
            keysPutSinceTidy++;
            bytesPutSinceTidy += put.value().size();
        } else if (operation instanceof WriteBatch.Delete delete) {
            delete(delete.keyspace(), delete.key());
        } else if (operation instanceof WriteBatch.DeleteRange delete) {
            deleteRange(delete.keyspace(), delete.from(), delete.to());
        } else if (operation instanceof WriteBatch.Replace replace) {
            replace(replace.target(), replace.source());
        }
    }

    private int numberToWrite(String keyspace) {
        return numbers.computeIfAbsent(keyspace, name -> {
            lastNumber += NUMBERS_APART;
            setNumber(name, Optional.of(lastNumber));
            fence(lastNumber).forEach(post -> set(post, Optional.of(ByteString.EMPTY)));
            return lastNumber;
        });
    }

    private static List<PhysicalKey> fence(int number) {
        PhysicalKey behind = PhysicalKey.behind(number);
        return List.of(behind, behind.next());
    }

    private void setNumber(String keyspace, Optional<Integer> number) {
        PhysicalKey key = PhysicalKey.of(PhysicalKey.ENGINE, KEYSPACE.concat(ByteString.copyFromUtf8(keyspace)));
        set(
                key,
                number.map(value -> ByteString.copyFrom(PhysicalKey.first(value).bytes())));
    }

    private void set(PhysicalKey key, Optional<ByteString> value) {
        pending.put(key, value);
        changes.set(key, value);
    }

    /** What waits of a range need not get to LevelDB, but for deletes in dead ranges: these may count as cleaned. */
    private void forget(KeyRange range) {
        if (range.of(pending).keySet().removeIf(key -> dead.at(key).isEmpty())) {
            changes.forget(range);
        }
    }

    private void delete(String keyspace, ByteString key) {
        Integer number = numbers.get(keyspace);
        if (number != null) {
            PhysicalKey physical = PhysicalKey.of(number, key);
            if (dead.at(physical).isEmpty()) {
                set(physical, Optional.empty());
            }
        }
    }

    private void deleteRange(String keyspace, ByteString from, ByteString to) {
        Integer number = numbers.get(keyspace);
        if (number == null) {
            return;
        }
        if (from.isEmpty() && to.isEmpty()) {
            drop(keyspace);
            return;
        }
        KeyRange all = KeyRange.of(number, from, to);
        // what is dead already stays so; a log that is compacted again and again does not pass over its old graves
        KeyRange alive = all.startingAt(dead.at(all.first()).map(DeadRange::to).orElse(all.first()));
        if (!alive.isEmpty()) {
            forget(alive);
            dead.add(deleteFew(alive) ? DeadRange.clean(alive) : DeadRange.unclean(alive));
        }
    }

    /** Deletes the keys of a range if they are few; whether they were. */
    private boolean deleteFew(KeyRange range) {
        Held held = held(range, FEW_KEYS, TIDY_BYTES);
        if (held.complete()) {
            held.keys().forEach(key -> set(key, Optional.empty()));
        }
        return held.complete();
    }

    /** The keyspace is empty from now on; its next write gets another number. */
    private void drop(String keyspace) {
        Integer number = numbers.remove(keyspace);
        if (number != null) {
            setNumber(keyspace, Optional.empty());
            KeyRange all = KeyRange.all(number);
            forget(all);
            dead.add(DeadRange.unclean(all));
        }
    }

    private void replace(String target, String source) {
        drop(target);
        Integer number = numbers.remove(source);
        if (number != null) {
            setNumber(source, Optional.empty());
            numbers.put(target, number);
            setNumber(target, Optional.of(number));
        }
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    @Override
    public Optional<ByteString> get(String keyspace, ByteString key) {
        db.requireOpen();
        Integer number = numbers.get(keyspace);
        if (number == null) {
            return Optional.empty();
        }
        return LevelDbView.read(PhysicalKey.of(number, key), pending, dead, db::get);
    }

    @Override
    public Cursor scan(String keyspace, ByteString from, ByteString to) {
        Integer number = numbers.get(keyspace);
        if (number == null) {
            db.requireOpen();
            return MergingCursor.EMPTY;
        }
        KeyRange range = KeyRange.of(number, from, to);
        if (range.isEmpty()) {
            return MergingCursor.EMPTY;
        }
        // the copies and LevelDB's iterator stay as they are now
        return new MergingCursor(db.walk(range.first()), range, new TreeMap<>(range.of(pending)), dead.copy());
    }

    @Override
    public StorageView view() {
        return new LevelDbView(db.pin(), Map.copyOf(numbers), new TreeMap<>(pending), dead.copy());
    }

    // ---- to disk ---------------------------------------------------------------------------------------------------

    @Override
    public Unsaved unsaved() {
        return new Unsaved(durable, changes.size());
    }

    @Override
    public void commit() {
        db.requireOpen();
        if (changes.size() > 0 && log.append(changes.toBytes())) {
            flush();
        }
        changes = new ChangeList();
        durable = false;
    }

    /** All that waits, and is in the commit log, goes to LevelDB; should that lose the batch, the log has it still. */
    private void flush() {
        pending.put(COMMIT_LOG, Optional.of(Keys.ofLong(log.number())));
        db.write(pending);
        directory.syncDatabase(); // it may have begun another log
        pending.clear();
        log.removeBefore(flushedTo);
        flushedTo = log.number();
    }

    @Override
    public boolean tidy() {
        Optional<DeadRange> range = dead.unclean();
        range.ifPresent(this::clean);
        keysPutSinceTidy = 0;
        bytesPutSinceTidy = 0;
        return range.isPresent();
    }

    private void clean(DeadRange range) {
        Held held = held(range.uncleanPart(), TIDY_KEYS + keysPutSinceTidy, TIDY_BYTES + bytesPutSinceTidy);
        held.keys().forEach(key -> set(key, Optional.empty()));
        List<PhysicalKey> keys = held.keys();
        dead.cleaned(
                range, held.complete() ? range.to() : keys.get(keys.size() - 1).next());
        if (held.complete() && isGone(range)) {
            // nobody needs the fence any more
            fence(range.from().number()).forEach(post -> set(post, Optional.empty()));
        }
    }

    /** Whether a range is all of a keyspace that is there no more. */
    private boolean isGone(DeadRange range) {
        int number = range.from().number();
        return range.from().equals(PhysicalKey.first(number))
                && range.to().equals(PhysicalKey.behind(number))
                && !numbers.containsValue(number);
    }

    /** Keys that LevelDB holds from the beginning of a range on; complete if there are no more in it. */
    private record Held(List<PhysicalKey> keys, boolean complete) {}

    /** The first keys of a range: at most {@code maxKeys}, and no more when their values have more than {@code maxBytes}. */
    private Held held(KeyRange range, int maxKeys, long maxBytes) {
        List<PhysicalKey> keys = new ArrayList<>();
        long bytes = 0;
        try (LevelDb.Walk walk = db.walk(range.first())) {
            while (true) {
                Optional<LevelDb.Found> found = walk.next();
                if (found.isEmpty() || found.get().key().compareTo(range.behind()) >= 0) {
                    return new Held(keys, true);
                }
                if (keys.size() == maxKeys || bytes > maxBytes) {
                    return new Held(keys, false);
                }
                keys.add(found.get().key());
                bytes += found.get().value().size();
            }
        }
    }

    private boolean holdsNothing(KeyRange range) {
        return held(range, 0, 0).complete();
    }

    @Override
    public void close() {
        try (directory;
                log) {
            db.close();
        }
    }

    /** Notes the ranges that have to be cleaned. */
    private final class DeadRangeRecords implements DeadRanges.Journal {
        @Override
        public void added(DeadRange range) {
            set(keyOf(range), Optional.of(ByteString.copyFrom(range.to().bytes())));
        }

        @Override
        public void removed(DeadRange range) {
            set(keyOf(range), Optional.empty());
        }

        private static PhysicalKey keyOf(DeadRange range) {
            return PhysicalKey.of(
                    PhysicalKey.ENGINE,
                    DEAD.concat(ByteString.copyFrom(range.from().bytes())));
        }
    }
}
