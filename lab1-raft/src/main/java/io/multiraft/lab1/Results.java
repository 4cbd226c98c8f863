// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab1;

import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.RequestVoteReply;

/** The results of the remote procedures of Figures 2 and 13, each with the term of the server that answers. */
final class Results {
    private Results() {}

    /** Of RequestVote. */
    static RequestVoteReply ofVote(long term, boolean voteGranted) {
        return RequestVoteReply.newBuilder()
                .setTerm(term)
                .setVoteGranted(voteGranted)
                .build();
    }

    /** Of AppendEntries; without success, there is no hint where to try again. */
    static AppendEntriesReply ofEntries(long term, boolean success) {
        return AppendEntriesReply.newBuilder().setTerm(term).setSuccess(success).build();
    }

    /** Of AppendEntries without success, with a hint where to try again (end of section 5.3). */
    static AppendEntriesReply ofConflict(long term, long conflictTerm, long conflictIndex) {
        return AppendEntriesReply.newBuilder()
                .setTerm(term)
                .setConflictTerm(conflictTerm)
                .setConflictIndex(conflictIndex)
                .build();
    }

    /** Of InstallSnapshot: the offset of the chunk to send next, or that the snapshot is done with. */
    static InstallSnapshotReply ofChunk(long term, long nextOffset, boolean done) {
        return InstallSnapshotReply.newBuilder()
                .setTerm(term)
                .setNextOffset(nextOffset)
                .setDone(done)
                .build();
    }
}
