// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.shard.rpc.Chunk;
import io.multiraft.shard.rpc.KeyValue;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.StoredRecord;

/**
 * A bucket in parts: all records in the order of their keys, then all sessions of its clients. A cursor says which of the two
 * it points at, and at which key; so it means the same to every member of the group, and after any restart.
 */
final class Chunks {
    // region 4B
    private static final ByteString RECORDS = ByteString.copyFromUtf8("r");
    private static final ByteString SESSIONS = ByteString.copyFromUtf8("s");

    // endregion
    private Chunks() {}

    /**
     * The part of a bucket that begins at {@code cursor}.
     *
     * @param maxBytes of records, as encoded; a single longer one travels alone
     */
    static Chunk read(Handover handover, ByteString cursor, StateReader state, int maxBytes) {
        // region 4B | throw new TodoException("4B", "read a part of a bucket: its records, then its sessions");
        Chunk.Builder chunk = Chunk.newBuilder()
                .setBucket(handover.bucket())
                .setVersion(handover.version())
                .setCursor(cursor);
        Room room = new Room(maxBytes);
        if (!cursor.startsWith(SESSIONS)) {
            try (Cursor records = new BucketReader(state, handover.bucket()).scan(keyOf(cursor), ByteString.EMPTY)) {
                while (records.hasNext()) {
                    KeyValue next = recordOf(records.next());
                    if (!room.takes(next)) {
                        return chunk.setNextCursor(RECORDS.concat(next.getKey()))
                                .build();
                    }
                    chunk.addRecords(next);
                }
            }
        }
        ByteString from = cursor.startsWith(SESSIONS) ? keyOf(cursor) : ByteString.EMPTY;
        try (Cursor sessions = state.sessions(handover.bucket(), from)) {
            while (sessions.hasNext()) {
                KeyValue next = recordOf(sessions.next());
                if (!room.takes(next)) {
                    return chunk.setNextCursor(SESSIONS.concat(next.getKey())).build();
                }
                chunk.addSessions(next);
            }
        }
        return chunk.setDone(true).build();
        // endregion
    }

    /** Puts a part of a bucket where it belongs. The first part takes the place of all that was there. */
    static void write(Chunk chunk, State state) {
        // region 4B | throw new TodoException("4B", "write a part of a bucket; the first one replaces all");
        BucketView bucket = new BucketView(state, chunk.getBucket());
        if (chunk.getCursor().isEmpty()) {
            bucket.clear();
        }
        chunk.getRecordsList().forEach(record -> bucket.put(record.getKey(), record.getValue()));
        chunk.getSessionsList()
                .forEach(session ->
                        state.mergeSession(chunk.getBucket(), new StoredRecord(session.getKey(), session.getValue())));
        // endregion
    }

    // region 4B
    private static ByteString keyOf(ByteString cursor) {
        return cursor.isEmpty() ? cursor : cursor.substring(RECORDS.size());
    }

    private static KeyValue recordOf(StoredRecord stored) {
        return KeyValue.newBuilder()
                .setKey(stored.key())
                .setValue(stored.value())
                .build();
    }

    /** How much more a part can hold. */
    private static final class Room {
        private static final int OVERHEAD_BYTES = 8; // of a record within its message, at most
        private final int limit;
        private int used;

        Room(int limit) {
            this.limit = limit;
        }

        /** Makes room for {@code record}, unless there is too little left; the first one is always taken. */
        boolean takes(KeyValue record) {
            int bytes = record.getSerializedSize() + OVERHEAD_BYTES;
            if (used > 0 && used + bytes > limit) {
                return false;
            }
            used += bytes;
            return true;
        }
    }
    // endregion
}
