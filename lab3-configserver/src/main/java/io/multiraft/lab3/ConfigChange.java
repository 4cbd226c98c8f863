// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab3;

import io.multiraft.config.Config;

/** What a Join, Leave or Move does to the latest configuration. */
sealed interface ConfigChange {

    /** It makes the next one. */
    record Next(Config config) implements ConfigChange {}

    /** It makes no sense, for {@code reason}, and changes nothing. */
    record Refusal(String reason) implements ConfigChange {}
}
