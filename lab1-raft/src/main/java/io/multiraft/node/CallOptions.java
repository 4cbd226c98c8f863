// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node;

import java.time.Duration;
import java.util.Objects;

/**
 * How a call is made.
 *
 * @param deadline after this time the reply is not delivered any more
 * @param early the call may leave before the event's durable writes are on disk, because its content promises nothing that
 *     they hold
 */
public record CallOptions(Duration deadline, boolean early) {

    /** Deadline of 5 s, after the barrier. */
    public static final CallOptions DEFAULT = new CallOptions(Duration.ofSeconds(5), false);

    public CallOptions {
        Objects.requireNonNull(deadline, "deadline");
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("the deadline must be positive, not " + deadline);
        }
    }

    /** The same with another deadline. */
    public CallOptions withDeadline(Duration newDeadline) {
        return new CallOptions(newDeadline, early);
    }

    /** The same, allowed to overtake the node's own disk. */
    public CallOptions sentEarly() {
        return new CallOptions(deadline, true);
    }
}
