// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.sim.Message;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesReply;
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

    private static final long NOT_KNOWN = -1;

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
        Map<Long, Long> leaderLog = logOf(request.getTerm());
        long index = request.getPrevLogIndex();
        long before = NOT_KNOWN;
        for (LogEntry entry : request.getEntriesList()) {
            index++;
            inOrder(message, request, index, before, entry.getTerm());
            shows(message.from(), leaderLog, request.getTerm(), index, entry.getTerm());
            sameEverywhere(message.from(), index, before, entry);
            before = entry.getTerm();
        }
    }

    /** What a leader says of the entry before is judged when it is taken for true: as long as nobody does, it does no harm. */
    @Override
    void onSent(Message message, AppendEntriesRequest request, AppendEntriesReply reply) {
        if (!reply.getSuccess() || reply.getTerm() != request.getTerm()) {
            return;
        }
        long index = request.getPrevLogIndex();
        long before = request.getPrevLogTerm();
        Violation.unless(
                before <= request.getTerm() && (index == 0) == (before == 0),
                Property.LOG_MATCHING,
                () -> message.from() + " confirms " + entry(index, before) + " to " + request.getLeader()
                        + ", leader of term " + request.getTerm() + ": there cannot be such an entry.");
        shows(message.to(), logOf(request.getTerm()), request.getTerm(), index, before);
        if (request.getEntriesCount() > 0) {
            sameEverywhere(message.to(), index + 1, before, request.getEntries(0));
        }
    }

    private Map<Long, Long> logOf(long leaderTerm) {
        return leaderLogs.computeIfAbsent(leaderTerm, term -> new HashMap<>());
    }

    private static void inOrder(Message message, AppendEntriesRequest request, long index, long before, long term) {
        Violation.unless(
                term >= before && term <= request.getTerm(),
                Property.LOG_MATCHING,
                () -> message.from() + " leads term " + request.getTerm() + " and sends " + entry(index, term)
                        + " behind an entry of term " + before + ": terms within a log never go down.");
    }

    private static void shows(Address leader, Map<Long, Long> log, long leaderTerm, long index, long term) {
        if (index == 0) {
            return;
        }
        Long shown = log.putIfAbsent(index, term);
        Violation.unless(
                shown == null || shown == term,
                Property.LOG_MATCHING,
                () -> leader + " leads term " + leaderTerm + " and now has " + entry(index, term)
                        + " where it had one of term " + shown + ": a leader only appends to its log.");
    }

    private void sameEverywhere(Address leader, long index, long before, LogEntry entry) {
        Position position = new Position(index, entry.getTerm());
        Known known = entries.get(position);
        if (known == null || known.termBefore() == NOT_KNOWN) {
            entries.put(position, new Known(before, entry.getCommand(), leader));
        }
        if (known == null) {
            return;
        }
        Violation.unless(
                known.command().equals(entry.getCommand()),
                Property.LOG_MATCHING,
                () -> leader + " sends " + entry(index, entry.getTerm()) + " with another command than "
                        + known.leader() + " sent with that index and term.");
        Violation.unless(
                before == NOT_KNOWN || known.termBefore() == NOT_KNOWN || known.termBefore() == before,
                Property.LOG_MATCHING,
                () -> leader + " sends " + entry(index, entry.getTerm()) + " behind an entry of term " + before
                        + ", but " + known.leader() + " sent it behind one of term " + known.termBefore() + ".");
    }
}
