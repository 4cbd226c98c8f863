// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.service.StateReader;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.StoredRecord;
import java.util.Optional;

/** One bucket of a group's state, as if there were nothing else: what the store reads. */
class BucketReader implements StateReader {
    private final StateReader state;
    private final int bucket;

    BucketReader(StateReader state, int bucket) {
        this.state = state;
        this.bucket = bucket;
    }

    @Override
    public Optional<ByteString> get(ByteString key) {
        return state.get(BucketKeys.of(bucket, key));
    }

    @Override
    public Cursor scan(ByteString from, ByteString to) {
        ByteString end = to.isEmpty() ? BucketKeys.end(bucket) : BucketKeys.of(bucket, to);
        return new KeysOnly(state.scan(BucketKeys.of(bucket, from), end));
    }

    @Override
    public Cursor sessions(long scope, ByteString from) {
        return state.sessions(scope, from);
    }

    /** Records with the keys that clients know. */
    private record KeysOnly(Cursor stored) implements Cursor {
        @Override
        public boolean hasNext() {
            return stored.hasNext();
        }

        @Override
        public StoredRecord next() {
            StoredRecord next = stored.next();
            return new StoredRecord(BucketKeys.keyIn(next.key()), next.value());
        }

        @Override
        public void close() {
            stored.close();
        }
    }
}
