// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Keys;

/**
 * What a config server answers when it is asked aside, after an entry was applied or a snapshot taken over.
 *
 * @param index of the last entry that it has applied
 * @param latest its answer to a query for the latest version
 * @param pastVersion another version that it was asked for, the same at each server with this index; -1: none
 * @param past its answer to that
 */
public record HeldConfig(long index, ByteString latest, long pastVersion, ByteString past) {

    ByteString encode() {
        return Keys.ofLong(index)
                .concat(Keys.ofLong(pastVersion))
                .concat(Keys.ofLong(latest.size()))
                .concat(latest)
                .concat(past);
    }

    /** What {@link ConfigHarness} reports. */
    public static HeldConfig decode(ByteString encoded) {
        int header = 3 * Long.BYTES;
        int end = header + (int) Keys.toLong(encoded, 2 * Long.BYTES);
        return new HeldConfig(
                Keys.toLong(encoded, 0),
                encoded.substring(header, end),
                Keys.toLong(encoded, Long.BYTES),
                encoded.substring(end));
    }
}
