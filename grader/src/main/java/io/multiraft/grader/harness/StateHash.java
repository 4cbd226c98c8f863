// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.storage.Keys;

/** A hash over a stream of applied commands: equal hashes at an index mean equal commands up to it. */
public final class StateHash {

    /** Hash of the state before the first command. */
    public static final long INITIAL = 0;

    private StateHash() {}

    /** Hash after {@code command} at {@code index}, from the hash before it. */
    public static long next(long before, long index, ByteString command) {
        long hash = SimRandom.mix(before, index);
        int size = command.size();
        long word = size;
        for (int i = 0; i < size; i++) {
            word = word * 31 + command.byteAt(i);
        }
        return SimRandom.mix(hash, word);
    }

    /** As it is reported and stored. */
    public static ByteString encode(long hash) {
        return Keys.ofLong(hash);
    }

    /** What {@link #encode} made. */
    public static long decode(ByteString bytes) {
        return Keys.toLong(bytes, 0);
    }
}
