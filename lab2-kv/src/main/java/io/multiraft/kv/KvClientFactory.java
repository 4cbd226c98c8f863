// SPDX-License-Identifier: Apache-2.0
package io.multiraft.kv;

import io.multiraft.node.Address;
import java.util.List;

/**
 * Makes clients of the key-value store. An implementation of the {@code client} layer has, for lab 2, exactly one public
 * class that implements this interface, with a public constructor without parameters.
 */
@FunctionalInterface
public interface KvClientFactory {

    /**
     * A client that is not started yet.
     *
     * @param servers all servers of the group
     */
    KvClient create(List<Address> servers, KvClientOptions options);
}
