// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
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
        // region 4B | return move.to() == gid ? serving(id, move.version()) : absent(id);
        if (is(BucketStatus.PULLING)) {
            throw new IllegalStateException("bucket " + id + " is still pulled, " + move + " must wait");
        }
        if (move.to() == gid) {
            return gained(move);
        }
        return move.from() == gid ? lost(move) : movedElsewhere(move);
        // endregion
    }

    // region 4B
    private Bucket gained(BucketMove move) {
        if (kept.filter(Kept::isForNobody).isPresent()) {
            return serving(id, move.version()); // this group had it last, and nobody has changed it since
        }
        return (move.from() == Config.NOBODY ? origin : Optional.of(move.origin()))
                .map(from -> pulling(from, move.version()))
                .orElseGet(() -> serving(id, move.version())); // nobody ever had it, so there is nothing to fetch
    }

    private Bucket pulling(Origin from, long since) {
        return new Bucket(id, BucketStatus.PULLING, since, kept, Optional.of(from), ByteString.EMPTY);
    }

    private Bucket lost(BucketMove move) {
        Kept copy = new Kept(move.version(), move.to());
        return new Bucket(
                id, BucketStatus.FROZEN, move.version(), Optional.of(copy), Optional.empty(), ByteString.EMPTY);
    }

    private Bucket movedElsewhere(BucketMove move) {
        Optional<Kept> copy = kept.map(old -> old.isForNobody() ? new Kept(old.version(), move.to()) : old);
        Optional<Origin> last = move.to() == Config.NOBODY ? Optional.of(move.origin()) : Optional.empty();
        return new Bucket(id, status, version, copy, last, cursor);
    }

    // endregion
    // ---- what a handover does to it -----------------------------------------------------------------------------

    /** {@code chunk} is the very part of the bucket that is missing next. Late copies and those of other handovers are not. */
    boolean awaits(Chunk chunk) {
        // region 4B | throw new TodoException("4B", "tell the next part of a bucket from late copies");
        return is(BucketStatus.PULLING)
                && origin.orElseThrow().version() == chunk.getVersion()
                && cursor.equals(chunk.getCursor());
        // endregion
    }

    /** The part that was awaited is here. */
    Bucket with(Chunk chunk) {
        // region 4B | throw new TodoException("4B", "note how far a bucket is installed");
        return chunk.getDone()
                ? serving(id, version)
                : new Bucket(id, status, version, Optional.empty(), origin, chunk.getNextCursor());
        // endregion
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
