// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import io.multiraft.node.TraceEvent;

/** What a shard server may tell about itself in traces. Nothing of it is judged. */
public sealed interface ShardEvent extends TraceEvent {

    /** The group goes by another configuration from now on. */
    record AdoptedConfig(long gid, long version) implements ShardEvent {}

    /** The group has lost a bucket, and keeps it as it is for {@code nextGid} (0: for whoever comes). */
    record FrozenBucket(long gid, int bucket, long version, long nextGid) implements ShardEvent {}

    /** The group has all of a bucket that {@code formerGid} has lost with {@code version}. */
    record TookOverBucket(long gid, int bucket, long version, long formerGid) implements ShardEvent {}

    /** The group has removed the bucket that it had kept since {@code version}. */
    record DeletedBucket(long gid, int bucket, long version) implements ShardEvent {}
}
