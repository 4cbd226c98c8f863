// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.sim.Message;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.LogEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Wire log matching: in all messages ever sent, an index and term always carry the same command behind the same term, terms
 * never go down within a log, and a leader never changes its own.
 */
final class LogOracle extends RaftOracle {

    private record Position(long index, long term) {}

    private record Known(long termBefore, ByteString command, Address leader) {}

    private final Map<Position, Known> entries = new HashMap<>();
    /** For each term: the terms of the entries that its leader has shown. */
    private final Map<Long, Map<Long, Long>> leaderLogs = new HashMap<>();

    /** The term of the entry at {@code index} in the log of the leader of {@code term}, if it has shown it. */
    OptionalLong termInLogOf(long term, long index) {
        Long found = leaderLogs.getOrDefault(term, Map.of()).get(index);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found);
    }

    @Override
    void onSent(Message message, AppendEntriesRequest request) {
        long index = request.getPrevLogIndex();
        long before = request.getPrevLogTerm();
        check(
                before <= request.getTerm() && (index == 0) == (before == 0),
                Property.LOG_MATCHING,
                () -> message.from() + " in term " + request.getTerm() + " sends prev_log_index "
                        + request.getPrevLogIndex() + " with prev_log_term " + request.getPrevLogTerm() + ".");
        Map<Long, Long> leaderLog = leaderLogs.computeIfAbsent(request.getTerm(), term -> new HashMap<>());
        shows(message, leaderLog, request.getTerm(), index, before);
        for (int i = 0; i < request.getEntriesCount(); i++) {
            LogEntry entry = request.getEntries(i);
            index++;
            inOrder(message, request, index, before, entry.getTerm());
            shows(message, leaderLog, request.getTerm(), index, entry.getTerm());
            sameEverywhere(message, index, before, entry);
            before = entry.getTerm();
        }
    }

    private static void inOrder(Message message, AppendEntriesRequest request, long index, long before, long term) {
        check(
                term >= before && term <= request.getTerm(),
                Property.LOG_MATCHING,
                () -> message.from() + " leads term " + request.getTerm() + " and sends " + entry(index, term)
                        + " behind an entry of term " + before + ": terms within a log never go down.");
    }

    private static void shows(Message message, Map<Long, Long> log, long leaderTerm, long index, long term) {
        if (index == 0) {
            return;
        }
        Long shown = log.putIfAbsent(index, term);
        check(
                shown == null || shown == term,
                Property.LOG_MATCHING,
                () -> message.from() + " leads term " + leaderTerm + " and now has " + entry(index, term)
                        + " where it had one of term " + shown + ": a leader only appends to its log.");
    }

    private void sameEverywhere(Message message, long index, long before, LogEntry entry) {
        Known known = entries.get(new Position(index, entry.getTerm()));
        if (known == null) {
            entries.put(new Position(index, entry.getTerm()), new Known(before, entry.getCommand(), message.from()));
            return;
        }
        check(
                known.command().equals(entry.getCommand()),
                Property.LOG_MATCHING,
                () -> message.from() + " sends " + entry(index, entry.getTerm()) + " with another command than "
                        + known.leader() + " sent with that index and term.");
        check(
                known.termBefore() == before,
                Property.LOG_MATCHING,
                () -> message.from() + " sends " + entry(index, entry.getTerm()) + " behind an entry of term " + before
                        + ", but " + known.leader() + " sent it behind one of term " + known.termBefore() + ".");
    }
}
