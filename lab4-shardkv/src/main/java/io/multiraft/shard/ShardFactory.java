// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import io.multiraft.service.Application;

/**
 * Makes the part of a shard server that knows of buckets and configurations. An implementation of the {@code shard} layer has
 * exactly one public class that implements this interface, with a public constructor without parameters.
 */
@FunctionalInterface
public interface ShardFactory {

    /**
     * One member of group {@code gid}, not started yet.
     *
     * @param gid not 0
     * @param store the key-value store of lab 2, which executes the commands of each bucket on the state that it is given
     */
    ShardMember create(long gid, Application store, ShardOptions options);
}
