// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab3;

import io.multiraft.config.ConfigFactory;
import io.multiraft.config.Rebalancer;
import io.multiraft.service.Application;

/** How the framework gets at the config server of this package. */
public final class ConfigServerFactory implements ConfigFactory {

    @Override
    public Rebalancer rebalancer() {
        return new Rebalancing();
    }

    @Override
    public Application create(int nBuckets) {
        return new ConfigApplication(nBuckets, new ConfigRules(rebalancer()));
    }
}
