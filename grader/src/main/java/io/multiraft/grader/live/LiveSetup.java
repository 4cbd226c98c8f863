// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.kv.KvClientFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What is to be run, and for how long.
 *
 * @param parent gets a folder for the run
 * @param seed of faults and of what clients ask
 * @param seconds that faults go on for, about
 * @param lab starts {@code lab}, up to its arguments
 * @param layerOptions options of {@code lab} that say whose code the servers are
 * @param layers the same for reports
 * @param clients makes the clients
 */
public record LiveSetup(
        Path parent,
        long seed,
        int seconds,
        List<String> lab,
        List<String> layerOptions,
        Map<String, String> layers,
        KvClientFactory clients) {

    public LiveSetup {
        lab = List.copyOf(lab);
        layerOptions = List.copyOf(layerOptions);
    }
}
