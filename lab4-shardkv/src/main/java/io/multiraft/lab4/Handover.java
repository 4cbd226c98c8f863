// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import java.util.Comparator;

/**
 * A bucket on its way from one owner to the next.
 *
 * @param version of the configuration with which the former owner lost the bucket; the next owner may have come later, if
 *     nobody owned it in between
 */
record Handover(int bucket, long version) implements Comparable<Handover> {

    @Override
    public int compareTo(Handover other) {
        return Comparator.comparingLong(Handover::version)
                .thenComparingInt(Handover::bucket)
                .compare(this, other);
    }
}
