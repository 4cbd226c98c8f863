// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.rpc.ConfigRecord;
import io.multiraft.node.Address;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.shard.Key2BucketID;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.Chunk;
import io.multiraft.shard.rpc.TransferError;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Keys;
import io.multiraft.storage.StoredRecord;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a group knows: the configuration that it goes by and the one before, and what it has of each bucket. All of it is made
 * by committed commands alone, and stored; what is in memory is a copy, so that not every command has to read it.
 */
final class GroupState {
    private static final ByteString CURRENT_CONFIG = Keys.ofText("config/current");
    private static final ByteString LAST_CONFIG = Keys.ofText("config/last");
    private static final ByteString STATUS = Keys.ofText("status/");
    private static final ByteString BEHIND_STATUS = Keys.ofText("status0");

    /** Before the first configuration, not even the number of buckets is known; and nobody owns any. */
    private static final Config NONE = Config.initial(1);

    private final long gid;
    private Config lastConfig = NONE;
    private Config curConfig = NONE;

    /** All buckets with which the group has to do anything. */
    private final NavigableMap<Integer, Bucket> buckets = new TreeMap<>();

    /** Those of them that are PULLING, by the group that has them. */
    private final ByGroup<Integer> pulling = new ByGroup<>();

    private final DeletionDuties deletionDuties = new DeletionDuties();

    /** The state of group {@code gid} before it knows of any configuration. */
    GroupState(long gid) {
        this.gid = gid;
    }

    /** Takes over what is stored, after a start or when a snapshot has taken the place of the state. */
    void load(StateReader state) {
        // region 4A | throw new TodoException("4A", "load configurations and buckets from the state");
        curConfig = state.get(CURRENT_CONFIG).map(GroupState::decode).orElse(NONE);
        lastConfig = state.get(LAST_CONFIG).map(GroupState::decode).orElse(NONE);
        buckets.clear();
        pulling.clear();
        try (Cursor stored = state.scan(STATUS, BEHIND_STATUS)) {
            while (stored.hasNext()) {
                StoredRecord bucket = stored.next();
                int id = (int) Keys.toLong(bucket.key(), STATUS.size());
                remember(BucketEncoding.decode(id, bucket.value()));
            }
        }
        deletionDuties.load(state);
        // endregion
    }

    long gid() {
        return gid;
    }

    /** The configuration that the group goes by. */
    Config curConfig() {
        return curConfig;
    }

    /** The configuration before. */
    Config lastConfig() {
        return lastConfig;
    }

    // ---- buckets ------------------------------------------------------------------------------------------------

    /** The bucket that {@code key} belongs to. */
    int bucketOf(ByteString key) {
        return Key2BucketID.of(key, curConfig.buckets().size());
    }

    /** What the group has of a bucket. */
    Bucket bucket(int id) {
        return buckets.getOrDefault(id, Bucket.absent(id));
    }

    /** All buckets of which the group has something, or of which it knows who has them, in order. */
    Stream<Bucket> buckets() {
        return buckets.values().stream();
    }

    /** The buckets that the group owns but does not have yet, by the group that has them. */
    ByGroup<Integer> pulling() {
        return pulling;
    }

    /** Whether commands on a bucket are executed. */
    boolean serves(int id) {
        // region 4C | return bucket(id).is(BucketStatus.SERVING) && pulling().isEmpty();
        return bucket(id).is(BucketStatus.SERVING);
        // endregion
    }

    private void put(Bucket bucket, State state) {
        ByteString key = STATUS.concat(Keys.ofLong(bucket.id()));
        if (bucket.is(BucketStatus.ABSENT) && bucket.origin().isEmpty()) {
            buckets.remove(bucket.id());
            state.delete(key);
        } else {
            remember(bucket);
            state.put(key, BucketEncoding.encode(bucket));
        }
    }

    /** What is not pulled any more is taken out of {@link #pulling} by {@link #install}. */
    private void remember(Bucket bucket) {
        buckets.put(bucket.id(), bucket);
        if (bucket.is(BucketStatus.PULLING)) {
            pulling.add(bucket.origin().orElseThrow().gid(), bucket.id());
        }
    }

    // ---- configurations -----------------------------------------------------------------------------------------

    /** Whether {@code next} is the configuration to go by next: none is left out, and none begun before the one before is done. */
    boolean accepts(Config next) {
        // region 4B | return curConfig.version() == 0 && next.version() > 0;
        return next.version() == curConfig.version() + 1 && pulling().isEmpty();
        // endregion
    }

    /**
     * The group goes by {@code next} from now on, which it {@link #accepts}. Before the first one nobody owned any of its
     * buckets; how many there are it is the first to say.
     */
    void adopt(Config next, State state) {
        // region 4A | throw new TodoException("4A", "go by the next configuration");
        lastConfig = curConfig.version() == 0 ? Config.initial(next.buckets().size()) : curConfig;
        curConfig = next;
        state.put(LAST_CONFIG, ConfigEncoding.encode(lastConfig).toByteString());
        state.put(CURRENT_CONFIG, ConfigEncoding.encode(curConfig).toByteString());
        for (int id = 0; id < curConfig.buckets().size(); id++) {
            BucketMove move = BucketMove.of(id, lastConfig, curConfig);
            if (move.changesOwner()) {
                put(bucket(id).next(move, gid), state);
            }
        }
        // endregion
    }

    /** Where the servers of the group are that has a bucket: as of now, if it is still there. */
    List<Address> addressesOf(Origin origin) {
        return curConfig.groups().getOrDefault(origin.gid(), origin.addresses());
    }

    // ---- handovers ----------------------------------------------------------------------------------------------

    /** OK: a copy of the bucket is kept for this handover; what this member has applied decides. */
    TransferError whetherKept(Handover handover) {
        if (curConfig.version() < handover.version()) {
            return TransferError.NOT_YET;
        }
        return bucket(handover.bucket()).isKeptFor(handover.version()) ? TransferError.OK : TransferError.GONE;
    }

    /** A part of a bucket has come; it is left aside unless it is the very one that is missing. */
    void install(Chunk chunk, State state) {
        // region 4B |
        Bucket before = bucket(chunk.getBucket());
        if (before.awaits(chunk)) {
            Chunks.write(chunk, state);
            Bucket after = before.with(chunk);
            put(after, state);
            if (after.is(BucketStatus.SERVING)) {
                pulling.remove(before.origin().orElseThrow().gid(), before.id());
                mustBeDeleted(before, state);
            }
        }
        // endregion
    }

    /** All of {@code pulled} is here: its former owner need not keep it. */
    void mustBeDeleted(Bucket pulled, State state) {
        // region 4D |
        Origin origin = pulled.origin().orElseThrow();
        deletionDuties.add(new Handover(pulled.id(), origin.version()), origin, state);
        // endregion
    }

    /** The next owner has the bucket. What is kept here for another handover, or served again, is not touched. */
    void delete(Handover handover, State state) {
        // region 4D | throw new TodoException("4D", "delete what was kept for this handover, and nothing else");
        Bucket bucket = bucket(handover.bucket());
        if (bucket.isKeptFor(handover.version())) {
            new BucketView(state, bucket.id()).clear();
            put(bucket.withoutKept(), state);
        }
        // endregion
    }

    /** The former owner has deleted the bucket. */
    void deleted(Handover handover, State state) {
        // region 4D | throw new TodoException("4D", "the duty to delete is done");
        deletionDuties.remove(handover, state);
        // endregion
    }

    /** What the group must still have deleted elsewhere. */
    DeletionDuties deletionDuties() {
        return deletionDuties;
    }

    private static Config decode(ByteString stored) {
        try {
            return ConfigEncoding.decode(ConfigRecord.parseFrom(stored));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a stored configuration cannot be read", e);
        }
    }
}
