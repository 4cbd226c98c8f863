// SPDX-License-Identifier: Apache-2.0
package io.multiraft.service;

import io.multiraft.node.Address;
import io.multiraft.raft.RaftFactory;
import java.util.List;

/**
 * Makes the replicated service of one node. An implementation of the {@code kv} layer has exactly one public class that
 * implements this interface, with a public constructor without parameters.
 */
@FunctionalInterface
public interface ServiceFactory {

    /**
     * A service that is not started yet.
     *
     * @param raft makes its Raft
     * @param members of the group, this node included
     */
    ReplicatedService create(RaftFactory raft, List<Address> members, Application application, ServiceOptions options);
}
