// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab2;

import io.multiraft.kv.KvLimits;
import io.multiraft.kv.KvStoreFactory;
import io.multiraft.service.Application;

/** How the framework gets at the key-value store of this package. */
public final class StoreFactory implements KvStoreFactory {

    @Override
    public Application create(KvLimits limits) {
        return new Store(limits);
    }
}
