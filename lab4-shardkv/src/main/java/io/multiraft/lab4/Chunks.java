// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.node.TodoException;
import io.multiraft.service.State;
import io.multiraft.service.StateReader;
import io.multiraft.shard.rpc.Chunk;

/**
 * A bucket in parts: all records in the order of their keys, then all sessions of its clients. A cursor says which of the two
 * it points at, and at which key; so it means the same to every member of the group, and after any restart.
 */
final class Chunks {
    private Chunks() {}

    /**
     * The part of a bucket that begins at {@code cursor}.
     *
     * @param maxBytes of records, as encoded; a single longer one travels alone
     */
    static Chunk read(Handover handover, ByteString cursor, StateReader state, int maxBytes) {
        throw new TodoException("4B", "read a part of a bucket: its records, then its sessions");
    }

    /** Puts a part of a bucket where it belongs. The first part takes the place of all that was there. */
    static void write(Chunk chunk, State state) {
        throw new TodoException("4B", "write a part of a bucket; the first one replaces all");
    }
}
