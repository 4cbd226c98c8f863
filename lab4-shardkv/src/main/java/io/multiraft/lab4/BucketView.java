// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.service.State;
import io.multiraft.storage.StoredRecord;

/** One bucket of a group's state, as if there were nothing else: what the store executes a command on. */
final class BucketView extends BucketReader implements State {
    private final State state;
    private final int bucket;

    BucketView(State state, int bucket) {
        super(state, bucket);
        this.state = state;
        this.bucket = bucket;
    }

    @Override
    public void put(ByteString key, ByteString value) {
        state.put(BucketKeys.of(bucket, key), value);
    }

    @Override
    public void delete(ByteString key) {
        state.delete(BucketKeys.of(bucket, key));
    }

    @Override
    public void deleteRange(ByteString from, ByteString to) {
        ByteString end = to.isEmpty() ? BucketKeys.end(bucket) : BucketKeys.of(bucket, to);
        state.deleteRange(BucketKeys.of(bucket, from), end);
    }

    @Override
    public void mergeSession(long scope, StoredRecord session) {
        state.mergeSession(scope, session);
    }

    @Override
    public void dropSessions(long scope) {
        state.dropSessions(scope);
    }

    /** Removes the bucket: all records, and the sessions of its clients. Costs the same whatever the size. */
    void clear() {
        deleteRange(ByteString.EMPTY, ByteString.EMPTY);
        dropSessions(bucket);
    }
}
