// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.live;

import io.multiraft.grader.load.LayerChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a system is to be run, and for how long.
 *
 * @param parent gets a folder for the run
 * @param seed of faults, of changes and of what clients ask
 * @param seconds that faults go on for, about
 * @param command starts {@code lab}, up to its arguments
 * @param choice whose code the servers are
 * @param layers the same for reports, clients included
 */
public record LiveSetup(
        Path parent, long seed, int seconds, List<String> command, LayerChoice choice, Map<String, String> layers) {

    public LiveSetup {
        command = List.copyOf(command);
    }
}
