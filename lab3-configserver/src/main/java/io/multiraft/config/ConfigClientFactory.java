// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import io.multiraft.node.Address;
import java.util.List;

/** Makes clients of the config server: the given one is {@code RetryingConfigClient::new}, tests have others. */
@FunctionalInterface
public interface ConfigClientFactory {

    /**
     * A client that is not started yet.
     *
     * @param servers all config servers, at least one
     */
    ConfigClient create(List<Address> servers, ConfigClientOptions options);
}
