// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What all oracles know of a group: who is in it, and who led when. A leader is whoever sends entries or snapshots. */
final class RaftLedger extends RaftOracle {
    private final int members;
    private final Set<Address> scripted = new HashSet<>();
    private final Set<Address> down = new HashSet<>();
    private final Map<Long, Address> leaders = new HashMap<>();
    private final Map<Address, Long> lastHeard = new HashMap<>();
    private long leaderTerm;
    private long highestTerm;

    RaftLedger(int members) {
        this.members = members;
    }

    int members() {
        return members;
    }

    int majority() {
        return members / 2 + 1;
    }

    boolean isScripted(Address address) {
        return scripted.contains(address);
    }

    /** Who led {@code term} first; the election oracle sees to it that there is no second one. */
    Optional<Address> leaderOf(long term) {
        return Optional.ofNullable(leaders.get(term));
    }

    Optional<Address> leader() {
        return leaderOf(leaderTerm).filter(address -> !down.contains(address));
    }

    long lastHeard(Address leader) {
        return lastHeard.getOrDefault(leader, Long.MIN_VALUE / 2);
    }

    long leaderTerm() {
        return leaderTerm;
    }

    long highestTerm() {
        return highestTerm;
    }

    int leadersSoFar() {
        return leaders.size();
    }

    void onScripted(Address peer) {
        scripted.add(peer);
    }

    @Override
    void onBoot(SimNode node) {
        down.remove(node.address());
    }

    @Override
    void onCrash(SimNode node) {
        down.add(node.address());
    }

    @Override
    void onSent(Message message, RequestVoteRequest request) {
        highestTerm = Math.max(highestTerm, request.getTerm());
    }

    @Override
    void onSent(Message message, AppendEntriesRequest request) {
        leads(message, request.getTerm());
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request) {
        leads(message, request.getTerm());
    }

    private void leads(Message message, long term) {
        leaders.putIfAbsent(term, message.from());
        if (term >= leaderTerm) {
            lastHeard.put(message.from(), message.sentMicros());
        }
        leaderTerm = Math.max(leaderTerm, term);
        highestTerm = Math.max(highestTerm, term);
    }
}
