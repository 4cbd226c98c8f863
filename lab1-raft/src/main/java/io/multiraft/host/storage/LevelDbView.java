// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.StorageView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Function;

/** One moment of a {@link LevelDbStorage}: a snapshot of LevelDB, and copies of what was not written to it yet. */
final class LevelDbView implements StorageView {
    private final LevelDb.Pin pin;
    private final Map<String, Integer> numbers;
    private final NavigableMap<PhysicalKey, Optional<ByteString>> pending;
    private final DeadRanges dead;
    private final List<Cursor> cursors = new ArrayList<>();

    LevelDbView(
            LevelDb.Pin pin,
            Map<String, Integer> numbers,
            NavigableMap<PhysicalKey, Optional<ByteString>> pending,
            DeadRanges dead) {
        this.pin = pin;
        this.numbers = numbers;
        this.pending = pending;
        this.dead = dead;
    }

    @Override
    public Optional<ByteString> get(String keyspace, ByteString key) {
        pin.requireOpen();
        Integer number = numbers.get(keyspace);
        return number == null ? Optional.empty() : read(PhysicalKey.of(number, key), pending, dead, pin::get);
    }

    /** The value under {@code key}: what is pending goes before what LevelDB has, and what is dead is not there. */
    static Optional<ByteString> read(
            PhysicalKey key,
            NavigableMap<PhysicalKey, Optional<ByteString>> pending,
            DeadRanges dead,
            Function<PhysicalKey, Optional<ByteString>> levelDb) {
        Optional<ByteString> waiting = pending.get(key);
        if (waiting != null) {
            return waiting;
        }
        return dead.at(key).isPresent() ? Optional.empty() : levelDb.apply(key);
    }

    @Override
    public Cursor scan(String keyspace, ByteString from, ByteString to) {
        Integer number = numbers.get(keyspace);
        if (number == null) {
            return MergingCursor.EMPTY;
        }
        KeyRange range = KeyRange.of(number, from, to);
        if (range.isEmpty()) {
            return MergingCursor.EMPTY;
        }
        Cursor cursor = new MergingCursor(pin.walk(range.first()), range, range.of(pending), dead);
        cursors.add(cursor);
        return cursor;
    }

    @Override
    public void close() {
        cursors.forEach(Cursor::close);
        cursors.clear();
        pin.close();
    }
}
