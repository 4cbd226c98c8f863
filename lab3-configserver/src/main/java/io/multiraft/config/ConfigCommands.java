// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import io.multiraft.config.rpc.ConfigCommand;
import io.multiraft.config.rpc.Join;
import io.multiraft.config.rpc.Leave;
import io.multiraft.config.rpc.Move;
import io.multiraft.config.rpc.Query;
import io.multiraft.node.Address;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The commands of the config server, by name. */
public final class ConfigCommands {
    /** As the version of a query: the latest one. */
    public static final long LATEST = -1;

    private ConfigCommands() {}

    /** Adds {@code groups}, gids with the addresses of their servers, and spreads the buckets evenly over all. */
    public static ConfigCommand join(Map<Long, List<Address>> groups) {
        return of(joinOf(groups).build());
    }

    /** Adds {@code groups} and leaves all buckets as they are. */
    public static ConfigCommand joinWithoutRebalance(Map<Long, List<Address>> groups) {
        return of(joinOf(groups).setNoRebalance(true).build());
    }

    /** Removes the groups {@code gids} and spreads the buckets evenly over those that stay. */
    public static ConfigCommand leave(Collection<Long> gids) {
        return ConfigCommand.newBuilder()
                .setLeave(Leave.newBuilder().addAllGids(gids))
                .build();
    }

    /** Gives {@code bucket}, counted from 0, to the group {@code gid}. */
    public static ConfigCommand move(int bucket, long gid) {
        return ConfigCommand.newBuilder()
                .setMove(Move.newBuilder().setBucket(bucket).setGid(gid))
                .build();
    }

    /** Asks for {@code version}, or for the {@link #LATEST}. */
    public static ConfigCommand query(long version) {
        return ConfigCommand.newBuilder()
                .setQuery(Query.newBuilder().setVersion(version))
                .build();
    }

    private static ConfigCommand of(Join join) {
        return ConfigCommand.newBuilder().setJoin(join).build();
    }

    private static Join.Builder joinOf(Map<Long, List<Address>> groups) {
        Join.Builder join = Join.newBuilder();
        groups.forEach((gid, addresses) -> join.addGroups(ConfigEncoding.groupOf(gid, addresses)));
        return join;
    }
}
