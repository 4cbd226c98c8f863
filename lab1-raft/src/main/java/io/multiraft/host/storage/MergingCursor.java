// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.StoredRecord;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Walks over LevelDB's records of one keyspace and those that are not written to it yet, without the dead ones. */
final class MergingCursor implements Cursor {

    /** Over nothing. */
    static final Cursor EMPTY = new Cursor() {
        @Override
        public boolean hasNext() {
            return false;
        }

        @Override
        public StoredRecord next() {
            throw new NoSuchElementException("there are no more records");
        }

        @Override
        public void close() {
            // nothing is held
        }
    };

    private final LevelDb.Walk walk;
    private final KeyRange range;
    private final Iterator<Map.Entry<PhysicalKey, Optional<ByteString>>> waiting;
    private final DeadRanges dead;

    /** The next record of each side, not given out yet. */
    private Optional<LevelDb.Found> stored;

    private Optional<Map.Entry<PhysicalKey, Optional<ByteString>>> pending;
    private Optional<StoredRecord> upcoming;

    /**
     * Over a range of one keyspace.
     *
     * @param walk stands at the first key of the range; closed together with this
     * @param pending the part of the range that is not written yet; does not change any more
     * @param dead does not change any more
     */
    MergingCursor(
            LevelDb.Walk walk,
            KeyRange range,
            NavigableMap<PhysicalKey, Optional<ByteString>> pending,
            DeadRanges dead) {
        this.walk = walk;
        this.range = range;
        this.waiting = pending.entrySet().iterator();
        this.dead = dead;
        this.stored = nextStored();
        this.pending = nextPending();
        this.upcoming = merge();
    }

    @Override
    public boolean hasNext() {
        return upcoming.isPresent();
    }

    @Override
    public StoredRecord next() {
        walk.requireOpen(); // also for what comes from memory
        StoredRecord record = upcoming.orElseThrow(() -> new NoSuchElementException("there are no more records"));
        upcoming = merge();
        return record;
    }

    @Override
    public void close() {
        walk.close();
    }

    /** The smaller one of both sides; the pending one hides a stored one with the same key. */
    private Optional<StoredRecord> merge() {
        while (pending.isPresent()) {
            PhysicalKey key = pending.get().getKey();
            int order = stored.map(found -> found.key().compareTo(key)).orElse(1);
            if (order < 0) {
                return Optional.of(takeStored());
            }
            if (order == 0) {
                stored = nextStored();
            }
            Optional<ByteString> value = pending.get().getValue();
            pending = nextPending();
            if (value.isPresent()) {
                return Optional.of(new StoredRecord(key.logical(), value.get()));
            }
        }
        return stored.isPresent() ? Optional.of(takeStored()) : Optional.empty();
    }

    private StoredRecord takeStored() {
        LevelDb.Found found = stored.orElseThrow();
        stored = nextStored();
        return new StoredRecord(found.key().logical(), found.value());
    }

    private Optional<LevelDb.Found> nextStored() {
        Optional<LevelDb.Found> found = walk.next();
        while (found.isPresent() && found.get().key().compareTo(range.behind()) < 0) {
            Optional<DeadRange> grave = dead.at(found.get().key());
            if (grave.isEmpty()) {
                return found;
            }
            walk.seek(grave.get().to()); // not over the graves one by one
            found = walk.next();
        }
        return Optional.empty();
    }

    private Optional<Map.Entry<PhysicalKey, Optional<ByteString>>> nextPending() {
        return waiting.hasNext() ? Optional.of(waiting.next()) : Optional.empty();
    }
}
