// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.config.Config;
import io.multiraft.config.ConfigEncoding;
import io.multiraft.config.rpc.ConfigRecord;
import io.multiraft.node.Address;
import io.multiraft.node.TodoException;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.shard.Key2BucketID;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.Chunk;
import io.multiraft.shard.rpc.TransferError;
import io.multiraft.storage.Keys;
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
        throw new TodoException("4A", "load configurations and buckets from the state");
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
        // TODO 4C
        return bucket(id).is(BucketStatus.SERVING) && pulling().isEmpty();
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
        // TODO 4B
        return curConfig.version() == 0 && next.version() > 0;
    }

    /**
     * The group goes by {@code next} from now on, which it {@link #accepts}. Before the first one nobody owned any of its
     * buckets; how many there are it is the first to say.
     */
    void adopt(Config next, State state) {
        throw new TodoException("4A", "go by the next configuration");
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
        // TODO 4B
    }

    /** All of {@code pulled} is here: its former owner need not keep it. */
    void mustBeDeleted(Bucket pulled, State state) {
        // TODO 4D
    }

    /** The next owner has the bucket. What is kept here for another handover, or served again, is not touched. */
    void delete(Handover handover, State state) {
        throw new TodoException("4D", "delete what was kept for this handover, and nothing else");
    }

    /** The former owner has deleted the bucket. */
    void deleted(Handover handover, State state) {
        throw new TodoException("4D", "the duty to delete is done");
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
