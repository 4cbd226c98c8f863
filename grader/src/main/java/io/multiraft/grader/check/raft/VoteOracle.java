// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.RequestVoteReply;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Wire vote oracle: for whom a server has voted in each term, across its restarts. */
final class VoteOracle extends RaftOracle {

    private record Ballot(Address voter, long term) {}

    private record Vote(String candidate, int life) {}

    private final Map<Ballot, Vote> votes = new HashMap<>();
    private final Map<Address, List<Message>> earlyRequests = new HashMap<>();

    @Override
    void onSent(Message message, RequestVoteRequest request) {
        if (message.early()) {
            // its own vote counts only once it is on disk; a crash before that takes nothing back that anybody relied
            // on
            earlyRequests
                    .computeIfAbsent(message.from(), address -> new ArrayList<>())
                    .add(message);
        } else {
            votesFor(message, request.getTerm(), message.from().text());
        }
    }

    @Override
    void onReleased(SimNode node) {
        List<Message> early = earlyRequests.remove(node.address());
        if (early != null) {
            early.forEach(message -> votesFor(
                    message,
                    message.parse(RequestVoteRequest.parser()).getTerm(),
                    message.from().text()));
        }
    }

    @Override
    void onCrash(SimNode node) {
        earlyRequests.remove(node.address());
    }

    @Override
    void onSent(Message message, RequestVoteRequest request, RequestVoteReply reply) {
        if (reply.getVoteGranted()) {
            votesFor(message, request.getTerm(), request.getCandidate());
        }
    }

    private void votesFor(Message message, long term, String candidate) {
        Address voter = message.from();
        Vote vote = new Vote(candidate, message.senderIncarnation());
        Vote before = votes.putIfAbsent(new Ballot(voter, term), vote);
        Violation.unless(
                before == null || before.candidate().equals(candidate),
                Property.VOTE_ONCE,
                before == null || before.life() == vote.life() ? null : Property.DURABILITY,
                () -> voter + " voted for " + whom(voter, candidate) + " in term " + term
                        + ", but had already voted for "
                        + whom(voter, before.candidate()) + " in that term"
                        + (before.life() == vote.life() ? "." : ", before it crashed and booted again."));
    }

    private static String whom(Address voter, String candidate) {
        return voter.text().equals(candidate) ? "itself" : candidate;
    }
}
