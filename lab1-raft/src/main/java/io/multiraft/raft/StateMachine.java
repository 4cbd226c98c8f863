// SPDX-License-Identifier: Apache-2.0
package io.multiraft.raft;

import com.google.protobuf.ByteString;

/**
 * What a group replicates. Raft calls it on the node's event loop. Its state lives in the {@value #KEYSPACE} keyspace,
 * together with the index up to which it is applied, written in the same batch; a snapshot is the content of that
 * keyspace. A record (key and value) is at most {@link #MAX_RECORD_BYTES} long.
 */
public interface StateMachine {

    /** Keyspace of the state machine's records. */
    String KEYSPACE = "data";

    /** Longest record, key and value together, in bytes. */
    int MAX_RECORD_BYTES = 768 << 10;

    /** The highest index whose effects the state holds; 0 for the initial state. */
    long appliedIndex();

    /**
     * Applies the committed entry at {@code index}, which is always {@code appliedIndex() + 1}.
     *
     * @param command empty for a leader's own entry: only the applied index moves
     */
    void apply(long index, ByteString command);

    /** A consistent picture of the state now; the caller closes it. */
    Snapshot snapshot();

    /**
     * Replaces the state by the one that was filled into {@code keyspace}, atomically with everything else that happens in
     * this event.
     *
     * @param lastIncludedIndex what {@link #appliedIndex()} is afterwards; larger than before
     * @param keyspace holds the records of another node's {@link #snapshot()}; empty afterwards
     */
    void install(long lastIncludedIndex, String keyspace);
}
