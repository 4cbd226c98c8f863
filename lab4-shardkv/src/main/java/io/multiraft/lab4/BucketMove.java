// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import io.multiraft.config.Config;
import io.multiraft.node.Address;
import java.util.List;

/**
 * What the change from one configuration to the next means for one bucket.
 *
 * @param version of the next configuration
 * @param from the owner before; {@link Config#NOBODY} if it had none
 * @param fromAddresses of the servers of the owner before
 * @param to the owner from now on; {@link Config#NOBODY} if it has none
 */
record BucketMove(long version, long from, List<Address> fromAddresses, long to) {

    /** What becomes of {@code bucket} between {@code last} and {@code next}. */
    static BucketMove of(int bucket, Config last, Config next) {
        long from = last.buckets().get(bucket);
        return new BucketMove(
                next.version(),
                from,
                last.groups().getOrDefault(from, List.of()),
                next.buckets().get(bucket));
    }

    /** The bucket has another owner than before. */
    boolean changesOwner() {
        return from != to;
    }

    /** Whom the bucket must be taken over from, if it comes directly from another group. */
    Origin origin() {
        return new Origin(from, version, fromAddresses);
    }
}
