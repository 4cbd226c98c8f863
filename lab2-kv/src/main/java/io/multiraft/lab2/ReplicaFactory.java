// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import io.multiraft.node.Address;
import io.multiraft.raft.RaftFactory;
import io.multiraft.service.Application;
import io.multiraft.service.ReplicatedService;
import io.multiraft.service.ServiceFactory;
import io.multiraft.service.ServiceOptions;
import java.util.List;

/** How the framework gets at the replicated service of this package. */
public final class ReplicaFactory implements ServiceFactory {

    @Override
    public ReplicatedService create(
            RaftFactory raft, List<Address> members, Application application, ServiceOptions options) {
        return new Replica(raft, members, application, options);
    }
}
