// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import io.multiraft.kv.KvClient;
import io.multiraft.kv.KvClientFactory;
import io.multiraft.kv.KvClientOptions;
import io.multiraft.node.Address;
import java.util.List;

/** How the framework gets at the client of this package. */
public final class ClientFactory implements KvClientFactory {

    @Override
    public KvClient create(List<Address> servers, KvClientOptions options) {
        return new Client(servers, options);
    }
}
