// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import java.time.Duration;

/**
 * How patient a client is.
 *
 * @param attemptTimeout when a server has not answered by then, another one is tried
 * @param backoff least time between two attempts, unless the first one was answered with a hint at another server
 * @param deadline a command that has no answer by then is given up
 */
public record ConfigClientOptions(Duration attemptTimeout, Duration backoff, Duration deadline) {

    /** 300 ms; 30 ms; 10 s. */
    public static final ConfigClientOptions DEFAULT =
            new ConfigClientOptions(Duration.ofMillis(300), Duration.ofMillis(30), Duration.ofSeconds(10));

    public ConfigClientOptions {
        if (!isPositive(attemptTimeout) || !isPositive(backoff) || !isPositive(deadline)) {
            throw new IllegalArgumentException("timeout of an attempt " + attemptTimeout + ", backoff " + backoff
                    + " and deadline " + deadline + " must be positive");
        }
    }

    /** The same with another deadline. */
    public ConfigClientOptions withDeadline(Duration other) {
        return new ConfigClientOptions(attemptTimeout, backoff, other);
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
