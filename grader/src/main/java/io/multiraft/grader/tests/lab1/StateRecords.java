// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.tests.lab1;

import com.google.protobuf.ByteString;
import io.multiraft.grader.harness.RaftHarness;
import io.multiraft.grader.harness.StateHash;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.SnapshotRecord;
import io.multiraft.storage.Keys;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A snapshot made by hand: what {@link RaftHarness}'s state machine keeps after the entries of a log.
 *
 * @param lastIncludedIndex index of the last entry
 * @param lastIncludedTerm term of the last entry
 * @param records in key order
 */
record StateRecords(long lastIncludedIndex, long lastIncludedTerm, List<SnapshotRecord> records) {
    /** The state after the first {@code index} entries of {@code log}. */
    static StateRecords after(LogEntry[] log, int index) {
        Map<String, ByteString> records = new TreeMap<>();
        long hash = StateHash.INITIAL;
        for (int i = 1; i <= index; i++) {
            ByteString command = log[i - 1].getCommand();
            hash = StateHash.next(hash, i, command);
            if (!command.isEmpty()) {
                records.put("slot" + i % StateHash.SLOTS, command);
            }
        }
        records.put("state", Keys.ofLong(index).concat(Keys.ofLong(hash)));
        return new StateRecords(
                index,
                log[index - 1].getTerm(),
                records.entrySet().stream()
                        .map(each -> SnapshotRecord.newBuilder()
                                .setKey(Keys.ofText(each.getKey()))
                                .setValue(each.getValue())
                                .build())
                        .toList());
    }

    /** At most {@code length} records from {@code offset} on, as the leader of {@code term} sends them. */
    InstallSnapshotRequest chunk(String leader, long term, int offset, int length) {
        int end = Math.min(offset + length, records.size());
        return InstallSnapshotRequest.newBuilder()
                .setTerm(term)
                .setLeader(leader)
                .setLastIncludedIndex(lastIncludedIndex)
                .setLastIncludedTerm(lastIncludedTerm)
                .setOffset(offset)
                .addAllRecords(records.subList(Math.min(offset, end), end))
                .setDone(end == records.size())
                .build();
    }

    /** All records in one chunk. */
    InstallSnapshotRequest whole(String leader, long term) {
        return chunk(leader, term, 0, records.size());
    }
}
