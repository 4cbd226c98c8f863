// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import io.multiraft.service.Application;
import io.multiraft.shard.ShardFactory;
import io.multiraft.shard.ShardMember;
import io.multiraft.shard.ShardOptions;

/** How the framework gets at the shard server of this package. */
public final class ShardKvFactory implements ShardFactory {

    @Override
    public ShardMember create(long gid, Application store, ShardOptions options) {
        return new ShardKv(gid, store, options);
    }
}
