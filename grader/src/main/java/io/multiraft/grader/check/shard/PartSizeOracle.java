// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.shard;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.Observer;
import io.multiraft.raft.RaftOptions;
import io.multiraft.shard.rpc.Chunk;
import io.multiraft.shard.rpc.PullReply;
import io.multiraft.shard.rpc.PushRequest;

/** Buckets move in parts that are short enough, however large they are. */
public final class PartSizeOracle implements Observer {
    /** Of everything in a part but its records: cursors are keys. */
    private static final int ENVELOPE_BYTES = 10_000;

    /** Of a record in its message, at most. */
    private static final int TAG_BYTES = 12;

    private final int chunkBytes;

    /** Parts of at most {@code chunkBytes} of records; a single longer record travels alone. */
    public PartSizeOracle(int chunkBytes) {
        this.chunkBytes = chunkBytes;
    }

    @Override
    public void onSend(Message message) {
        if (message.methodName().equals("Pull") && message.isReply()) {
            judge(message, message.parse(PullReply.parser()).getChunk());
        } else if (message.methodName().equals("Push") && !message.isReply()) {
            judge(message, message.parse(PushRequest.parser()).getChunk());
        }
    }

    private void judge(Message message, Chunk part) {
        int records = part.getRecordsCount() + part.getSessionsCount();
        long bytes = part.getRecordsList().stream()
                        .mapToLong(record ->
                                record.getKey().size() + record.getValue().size())
                        .sum()
                + part.getSessionsList().stream()
                        .mapToLong(session ->
                                session.getKey().size() + session.getValue().size())
                        .sum();
        if (records > 1 && bytes > chunkBytes) {
            throw new Violation(
                    Property.SIZE_BUDGET,
                    message.from() + " handed out " + bytes + " bytes in " + records + " records of bucket "
                            + part.getBucket() + " (handover of version " + part.getVersion()
                            + ") in one part; a part of more than one record has at most " + chunkBytes + ".");
        }
        long limit = Math.min(RaftOptions.MAX_MESSAGE_BYTES, bytes + (long) records * TAG_BYTES + ENVELOPE_BYTES);
        if (message.sizeBytes() > limit) {
            throw new Violation(
                    Property.SIZE_BUDGET,
                    message + " is " + message.sizeBytes() + " bytes long, to carry " + bytes
                            + " bytes of records; no message may be longer than " + RaftOptions.MAX_MESSAGE_BYTES
                            + " bytes.");
        }
    }
}
