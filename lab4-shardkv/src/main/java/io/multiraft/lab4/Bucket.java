// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.node.TodoException;
import io.multiraft.shard.rpc.BucketStatus;
import io.multiraft.shard.rpc.Chunk;
import java.util.Optional;

/**
 * What this group has of a bucket, besides its records, which are found in {@link BucketView}. A value: what comes of it with
 * the next configuration depends on nothing else, so it is the same on every member.
 *
 * <p>A group follows all configurations in order, also those that do not concern it. So it knows of every bucket that nobody
 * owns who had it last, and need not look back through the history when it gains one.
 *
 * @param version of the configuration since which it has this status
 * @param kept FROZEN: what is kept, and for whom. PULLING: the same, if the bucket has come back before the group in between
 *     has taken it over; gone as soon as the first part of the newer content is here, because that group is done then.
 * @param origin PULLING: who has the bucket. In every other status but SERVING: who had it last, if nobody owns it now and
 *     that was another group.
 * @param cursor PULLING: where the part begins that is installed next; empty: at the beginning
 */
record Bucket(
        int id, BucketStatus status, long version, Optional<Kept> kept, Optional<Origin> origin, ByteString cursor) {

    /** A bucket that this group has nothing to do with. */
    static Bucket absent(int id) {
        return new Bucket(id, BucketStatus.ABSENT, 0, Optional.empty(), Optional.empty(), ByteString.EMPTY);
    }

    /** A bucket that this group owns, with all that is in it. */
    static Bucket serving(int id, long version) {
        return new Bucket(id, BucketStatus.SERVING, version, Optional.empty(), Optional.empty(), ByteString.EMPTY);
    }

    boolean is(BucketStatus other) {
        return status == other;
    }

    // ---- what a configuration does to it ------------------------------------------------------------------------

    /** What this group, {@code gid}, has of the bucket when the owner changes; it is not pulled at that time. */
    Bucket next(BucketMove move, long gid) {
        // TODO 4B
        return move.to() == gid ? serving(id, move.version()) : absent(id);
    }

    // ---- what a handover does to it -----------------------------------------------------------------------------

    /** {@code chunk} is the very part of the bucket that is missing next. Late copies and those of other handovers are not. */
    boolean awaits(Chunk chunk) {
        throw new TodoException("4B", "tell the next part of a bucket from late copies");
    }

    /** The part that was awaited is here. */
    Bucket with(Chunk chunk) {
        throw new TodoException("4B", "note how far a bucket is installed");
    }

    /** A copy is kept for the handover with {@code handoverVersion}. */
    boolean isKeptFor(long handoverVersion) {
        return kept.filter(copy -> copy.version() == handoverVersion).isPresent();
    }

    /** The copy that was kept is needed no more. */
    Bucket withoutKept() {
        BucketStatus without = is(BucketStatus.FROZEN) ? BucketStatus.ABSENT : status;
        return new Bucket(id, without, version, Optional.empty(), origin, cursor);
    }
}
