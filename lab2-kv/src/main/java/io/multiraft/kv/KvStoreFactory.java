// SPDX-License-Identifier: Apache-2.0
package io.multiraft.kv;

import io.multiraft.service.Application;

/**
 * Makes the key-value store: an {@link Application} whose commands are encoded {@link io.multiraft.kv.rpc.KvCommand}s and
 * whose replies are encoded {@link io.multiraft.kv.rpc.KvReply}s. An implementation of the {@code kv} layer has exactly one
 * public class that implements this interface, with a public constructor without parameters.
 */
@FunctionalInterface
public interface KvStoreFactory {

    /** A store; its content is in the state that it is given. */
    Application create(KvLimits limits);
}
