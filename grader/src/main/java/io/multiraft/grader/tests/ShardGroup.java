// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests;

import io.multiraft.grader.campaign.ShardWorld;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.grader.sim.Simulation;
import io.multiraft.node.Address;

/** The servers of one group, or the config servers, of a {@link ShardCluster}. */
public final class ShardGroup extends ServerGroup {

    ShardGroup(Simulation simulation, ShardWorld.Group group, SimRandom luck) {
        super(simulation, group.servers(), group.watch(), luck);
    }

    /** The address of a server. */
    public Address server(int node) {
        return address(node);
    }

    /** Bytes that the servers store in the {@code data} keyspace, all together. */
    public long dataBytes() {
        return members.stream()
                .mapToLong(member -> simulation.node(member).currentImage().sizeBytes("data"))
                .sum();
    }
}
