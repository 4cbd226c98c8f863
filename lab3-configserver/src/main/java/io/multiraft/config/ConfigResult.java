// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

/** What a client's command came to. */
public sealed interface ConfigResult {

    /** Join, Leave or Move was executed, once, and made {@code version}. */
    record Changed(long version) implements ConfigResult {}

    /** The configuration that Query asked for. */
    record Found(Config config) implements ConfigResult {}

    /** Query asked for a version that does not exist, or not yet. */
    record NoSuchVersion() implements ConfigResult {}

    /**
     * The command makes no sense, and nothing has changed.
     *
     * @param message why, for people
     */
    record Refused(String message) implements ConfigResult {}

    /**
     * No answer in time. The command may or may not have been executed, or may be executed yet.
     *
     * @param reason what the client last saw, for people
     */
    record GaveUp(String reason) implements ConfigResult {}
}
