// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import io.multiraft.grader.sim.SimRandom;
import io.multiraft.storage.Keys;
import java.util.Optional;
import java.util.function.IntFunction;

/** A hash over a stream of applied commands: equal hashes at an index mean equal commands up to it. */
public final class StateHash {

    /** Hash of the state before the first command. */
    public static final long INITIAL = 0;

    /** Number of slots in which the state machine keeps commands; what a snapshot consists of. */
    public static final int SLOTS = 64;

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

    /** Hash of the commands that the slots hold, each by its number. */
    public static long ofSlots(IntFunction<Optional<ByteString>> slots) {
        long hash = INITIAL;
        for (int slot = 0; slot < SLOTS; slot++) {
            Optional<ByteString> command = slots.apply(slot);
            if (command.isPresent()) {
                hash = next(hash, slot, command.get());
            }
        }
        return hash;
    }

    /** As both are reported. */
    public static ByteString encode(long hash, long ofSlots) {
        return Keys.ofLong(hash).concat(Keys.ofLong(ofSlots));
    }

    /** The hash of the slots in what {@link #encode} made. */
    public static long decodeOfSlots(ByteString bytes) {
        return Keys.toLong(bytes, Long.BYTES);
    }

    /** The hash of the commands in what {@link #encode} made. */
    public static long decode(ByteString bytes) {
        return Keys.toLong(bytes, 0);
    }
}
