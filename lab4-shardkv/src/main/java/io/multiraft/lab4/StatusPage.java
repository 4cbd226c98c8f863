// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.node.Address;
import io.multiraft.raft.RaftStatus;
import io.multiraft.service.StateReader;
import io.multiraft.shard.rpc.BucketState;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.StatusReply;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.StoredRecord;
import java.util.Iterator;
import java.util.function.IntFunction;

/** What a member tells about its group, a page of buckets at a time. */
final class StatusPage {
    private static final int MAX_BUCKETS = 1_000;

    /** So many records are counted for one answer, so that it never holds up the node. */
    private static final int MAX_COUNTED = 20_000;

    private final StateReader state;
    private final StatusReply.Builder page = StatusReply.newBuilder();
    private int mayCount = MAX_COUNTED;

    StatusPage(StateReader state) {
        this.state = state;
    }

    /**
     * The page that begins with bucket {@code first}.
     *
     * @param note what the transfer of a bucket waits for
     */
    StatusReply of(GroupState group, RaftStatus raft, int first, IntFunction<String> note) {
        Config config = group.curConfig();
        page.setGid(group.gid())
                .setConfigVersion(config.version())
                .setBucketCount(config.version() == 0 ? 0 : config.buckets().size())
                .setRole(raft.role().name())
                .setLeader(raft.leader().map(Address::text).orElse(""))
                .setDeletionsDue(group.deletionDuties().size());
        Iterator<Bucket> buckets = group.buckets()
                .filter(bucket -> bucket.id() >= first && !bucket.is(BucketStatus.ABSENT))
                .iterator();
        while (buckets.hasNext() && page.getNextBucket() == 0) {
            Bucket bucket = buckets.next();
            if (page.getBucketsCount() == MAX_BUCKETS) {
                page.setNextBucket(bucket.id());
            } else {
                page.addBuckets(stateOf(bucket, note.apply(bucket.id())));
            }
        }
        return page.build();
    }

    private BucketState.Builder stateOf(Bucket bucket, String note) {
        BucketState.Builder told = BucketState.newBuilder()
                .setBucket(bucket.id())
                .setStatus(bucket.status())
                .setVersion(bucket.version())
                .setNote(note);
        bucket.kept().ifPresent(kept -> told.setKeptVersion(kept.version()).setKeptForGid(kept.forGid()));
        if (bucket.is(BucketStatus.PULLING)) {
            bucket.origin().ifPresent(origin -> told.setFromGid(origin.gid()).setFromVersion(origin.version()));
        }
        count(bucket.id(), told);
        return told;
    }

    private void count(int bucket, BucketState.Builder told) {
        long records = 0;
        long bytes = 0;
        try (Cursor stored = new BucketReader(state, bucket).scan(ByteString.EMPTY, ByteString.EMPTY)) {
            for (; stored.hasNext() && mayCount > 0; mayCount--) {
                StoredRecord next = stored.next();
                records++;
                bytes += next.key().size() + next.value().size();
            }
            told.setRecords(records).setBytes(bytes).setAtLeast(stored.hasNext());
        }
    }
}
