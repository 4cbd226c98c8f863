// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBFactory;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.Snapshot;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;
import org.iq80.leveldb.impl.Iq80DBFactory;

/**
 * The only owner of a LevelDB. The native one takes the whole process down when it, an iterator or a snapshot is used after
 * it was closed, so every use goes through here, under one lock, and closing closes all that was given out.
 */
final class LevelDb implements AutoCloseable {
    private static final int WRITE_BUFFER_BYTES = 16 << 20;
    private static final int CACHE_BYTES = 16 << 20;

    private final DB db;
    private final Object lock = new Object();
    private final Set<Walk> walks = new HashSet<>();
    private final Set<Pin> pins = new HashSet<>();
    private final RecordCache cache = new RecordCache();
    private boolean closed;

    private LevelDb(DB db) {
        this.db = db;
    }

    /**
     * Opens the database in {@code folder}.
     *
     * @param engine what opens it; all of them read and write the same files
     * @param fresh whether it is to be made
     * @throws IOException if it cannot be opened
     */
    static LevelDb open(DBFactory engine, Path folder, boolean fresh) throws IOException {
        Options options = new Options()
                .createIfMissing(fresh)
                .paranoidChecks(true)
                .verifyChecksums(true)
                .compressionType(CompressionType.NONE)
                .writeBufferSize(WRITE_BUFFER_BYTES)
                .cacheSize(CACHE_BYTES);
        try {
            return new LevelDb(engine.open(folder.toFile(), options));
        } catch (RuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The native LevelDB if its library loads here, else the one in Java, of which {@code notice} is told in one line. */
    static DBFactory engine(Consumer<String> notice) {
        try {
            return JniDBFactory.factory;
        } catch (LinkageError e) {
            notice.accept("LevelDB's native library does not load here (" + System.getProperty("os.name") + ", "
                    + System.getProperty("os.arch") + "): going on with the slower LevelDB in Java");
            return Iq80DBFactory.factory;
        }
    }

    /**
     * Does nothing.
     *
     * @throws IllegalStateException if this is closed
     */
    void requireOpen() {
        guarded("", () -> true);
    }

    /** The value under {@code key} now. */
    Optional<ByteString> get(PhysicalKey key) {
        return guarded("LevelDB cannot read", () -> cache.get(key, () -> read(key, reading())));
    }

    /** Walks over the records as they are now, from {@code from} on. */
    Walk walk(PhysicalKey from) {
        return walk(from, reading());
    }

    /** Holds the present moment. */
    Pin pin() {
        return guarded("LevelDB cannot read", () -> {
            Pin pin = new Pin(db.getSnapshot());
            pins.add(pin);
            return pin;
        });
    }

    /** Writes {@code records} as one atomic unit, an empty value being a delete; they are on disk on return. */
    void write(Map<PhysicalKey, Optional<ByteString>> records) {
        guarded("LevelDB cannot write", () -> {
            try (WriteBatch batch = db.createWriteBatch()) {
                records.forEach((key, value) -> add(batch, key, value));
                // LevelDB does not sync the old log file when it goes on to a new one: what is written without sync may
                // be
                // missing under what is written with it later, so nothing is written without
                db.write(batch, new WriteOptions().sync(true));
                records.forEach(cache::written);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void add(WriteBatch batch, PhysicalKey key, Optional<ByteString> value) {
        if (value.isPresent()) {
            batch.put(key.bytes(), value.get().toByteArray());
        } else {
            batch.delete(key.bytes());
        }
    }

    /** Closes everything that was given out, and the database; may be called more than once. */
    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            List.copyOf(walks).forEach(Walk::close);
            List.copyOf(pins).forEach(Pin::close);
            closed = true;
            try {
                db.close();
            } catch (IOException e) {
                throw new StorageFailure("LevelDB cannot be closed", e);
            }
        }
    }

    private static ReadOptions reading() {
        return new ReadOptions().verifyChecksums(true);
    }

    private Optional<ByteString> read(PhysicalKey key, ReadOptions options) {
        return Optional.ofNullable(db.get(key.bytes(), options)).map(UnsafeByteOperations::unsafeWrap);
    }

    private Walk walk(PhysicalKey from, ReadOptions options) {
        return guarded("LevelDB cannot read", () -> {
            Walk walk = new Walk(db.iterator(options));
            walks.add(walk);
            walk.records.seek(from.bytes());
            return walk;
        });
    }

    private <R> R guarded(String what, Supplier<R> action) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the storage is closed");
            }
            try {
                return action.get();
            } catch (IllegalStateException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new StorageFailure(what, e);
            }
        }
    }

    /** One record as LevelDB holds it. */
    record Found(PhysicalKey key, ByteString value) {}

    /** Walks over records in order. */
    final class Walk implements AutoCloseable {
        private final DBIterator records;
        private boolean ended;

        private Walk(DBIterator records) {
            this.records = records;
        }

        /** The record that the walk has come to, and on to the next one; empty behind the last one. */
        Optional<Found> next() {
            return using(() -> {
                if (!records.hasNext()) {
                    return Optional.empty();
                }
                Map.Entry<byte[], byte[]> record = records.next();
                return Optional.of(new Found(
                        PhysicalKey.wrap(record.getKey()), UnsafeByteOperations.unsafeWrap(record.getValue())));
            });
        }

        /**
         * Does nothing.
         *
         * @throws IllegalStateException if this is closed
         */
        void requireOpen() {
            using(() -> true);
        }

        /** Goes to the first record at {@code key} or behind it. */
        void seek(PhysicalKey key) {
            using(() -> {
                records.seek(key.bytes());
                return true;
            });
        }

        private <R> R using(Supplier<R> action) {
            return guarded("LevelDB cannot read", () -> {
                if (ended) {
                    throw new IllegalStateException("the cursor is closed");
                }
                return action.get();
            });
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (!ended) {
                    ended = true;
                    walks.remove(this);
                    release(records);
                }
            }
        }
    }

    /** A moment that reads can go back to. */
    final class Pin implements AutoCloseable {
        private final Snapshot moment;
        private boolean ended;

        private Pin(Snapshot moment) {
            this.moment = moment;
        }

        /** The value under {@code key} at that moment. */
        Optional<ByteString> get(PhysicalKey key) {
            return guarded("LevelDB cannot read", () -> read(key, readingThen()));
        }

        /** Walks over the records of that moment, from {@code from} on. */
        Walk walk(PhysicalKey from) {
            return LevelDb.this.walk(from, readingThen());
        }

        /**
         * Does nothing.
         *
         * @throws IllegalStateException if this is closed
         */
        void requireOpen() {
            if (ended) {
                throw new IllegalStateException("the view is closed");
            }
        }

        private ReadOptions readingThen() {
            requireOpen();
            return reading().snapshot(moment);
        }

        @Override
        public void close() {
            synchronized (lock) {
                if (!ended) {
                    ended = true;
                    pins.remove(this);
                    release(moment);
                }
            }
        }
    }

    private static void release(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            throw new StorageFailure("LevelDB cannot be closed", e);
        }
    }
}
