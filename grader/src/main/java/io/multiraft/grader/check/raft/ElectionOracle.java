// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.sim.Message;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One leader a term, and only with votes of a majority that really reached it. */
final class ElectionOracle extends RaftOracle {

    private record Candidacy(Address candidate, long term) {}

    private final RaftLedger ledger;
    private final Map<Long, Address> leaders = new HashMap<>();
    private final Map<Candidacy, Set<Address>> votes = new HashMap<>();

    ElectionOracle(RaftLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    void onDelivered(Message message, RequestVoteRequest request, RequestVoteReply reply) {
        if (reply.getVoteGranted() && reply.getTerm() == request.getTerm()) {
            votes.computeIfAbsent(new Candidacy(message.to(), request.getTerm()), key -> new TreeSet<>())
                    .add(message.from());
        }
    }

    @Override
    void onSent(Message message, AppendEntriesRequest request) {
        leads(message.from(), request.getTerm());
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request) {
        leads(message.from(), request.getTerm());
    }

    private void leads(Address leader, long term) {
        Address other = leaders.putIfAbsent(term, leader);
        if (leader.equals(other)) {
            return;
        }
        Violation.unless(
                other == null,
                Property.ELECTION_SAFETY,
                () -> leader + " acts as leader of term " + term + ", which " + other + " leads already.");
        Set<Address> voters = new TreeSet<>(votes.getOrDefault(new Candidacy(leader, term), Set.of()));
        voters.add(leader);
        Violation.unless(
                voters.size() >= ledger.majority(),
                Property.ELECTION_SAFETY,
                () -> leader + " acts as leader of term " + term + " of " + ledger.members()
                        + " servers with the votes of " + voters + " only; a majority is " + ledger.majority() + ".");
    }
}
