// SPDX-License-Identifier: Apache-2.0
package io.multiraft.kv;

import java.time.Duration;

/**
 * How patient a client is.
 *
 * @param attemptTimeout a server that has not answered by then is given up for another one
 * @param backoff least time between two attempts, unless the first one was answered with a hint at another server. Hints may
 *     be old and lead in circles: between two such rests a client tries each server at most once.
 * @param deadline a command that has no answer by then is given up
 */
public record KvClientOptions(Duration attemptTimeout, Duration backoff, Duration deadline) {

    /** 300 ms; 30 ms; 10 s. */
    public static final KvClientOptions DEFAULT =
            new KvClientOptions(Duration.ofMillis(300), Duration.ofMillis(30), Duration.ofSeconds(10));

    /** The same with another deadline. */
    public KvClientOptions withDeadline(Duration other) {
        return new KvClientOptions(attemptTimeout, backoff, other);
    }
}
