// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.sim.Message;
import io.multiraft.raft.RaftOptions;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotRequest;

/** No message is longer than a message may be. */
final class SizeOracle extends RaftOracle {

    @Override
    void onSent(Message message, AppendEntriesRequest request) {
        bounded(message);
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request) {
        bounded(message);
    }

    private static void bounded(Message message) {
        Violation.unless(
                message.sizeBytes() <= RaftOptions.MAX_MESSAGE_BYTES,
                Property.SIZE_BUDGET,
                () -> message + " is " + message.sizeBytes() + " bytes long; the limit is "
                        + RaftOptions.MAX_MESSAGE_BYTES + ".");
    }
}
