// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.raft;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.grader.sim.Message;
import io.multiraft.grader.sim.SimNode;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.AppendEntriesReply;
import io.multiraft.raft.rpc.AppendEntriesRequest;
import io.multiraft.raft.rpc.InstallSnapshotReply;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.raft.rpc.RequestVoteRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * When an entry counts as committed, and that it stays so (sections 5.3 and 5.4 of the paper): a leader commits an entry of
 * its own term that a majority has confirmed to it; a follower what its leader announces and has matched; and every later
 * leader holds it.
 */
final class CommitOracle extends RaftOracle {

    /** What followers have confirmed to the leader of a term. */
    private record Reign(Address leader, Map<Address, Long> confirmed) {}

    private record Candidacy(Address candidate, long term) {}

    /** What a follower may treat as committed. */
    private static final class Follower {
        long matchedTerm;
        long matchedIndex;
        long announced;
        long allowed;
    }

    /** By whom and in which term an index was committed; {@code entryTerm} is 0 if the leader never showed the entry. */
    private record Commit(long index, long term, long entryTerm, Address leader) {}

    private final RaftLedger ledger;
    private final LogOracle logs;
    private final Map<Long, Reign> reigns = new HashMap<>();
    private final Map<Address, Long> ledTerm = new HashMap<>();
    private final Map<Address, Follower> followers = new HashMap<>();
    private final Map<Address, List<Long>> appliedInBatch = new HashMap<>();
    private final Map<Candidacy, RequestVoteRequest> candidacies = new HashMap<>();
    /** By index - 1. */
    private final List<Commit> commits = new ArrayList<>();
    /** The last commit of each term that had one. */
    private final TreeMap<Long, Commit> lastOfTerm = new TreeMap<>();

    CommitOracle(RaftLedger ledger, LogOracle logs) {
        this.ledger = ledger;
        this.logs = logs;
    }

    long committedIndex() {
        return commits.size();
    }

    // ---- what reaches a leader ------------------------------------------------------------------------------------

    @Override
    void onDelivered(Message message, AppendEntriesRequest request, AppendEntriesReply reply) {
        if (reply.getSuccess() && reply.getTerm() == request.getTerm()) {
            confirms(message, request.getTerm(), request.getPrevLogIndex() + request.getEntriesCount());
        }
    }

    @Override
    void onDelivered(Message message, InstallSnapshotRequest request, InstallSnapshotReply reply) {
        if (reply.getDone() && reply.getTerm() == request.getTerm()) {
            confirms(message, request.getTerm(), request.getLastIncludedIndex());
        }
    }

    private void confirms(Message message, long term, long index) {
        reign(term, message.to()).confirmed().merge(message.from(), index, Math::max);
    }

    private Reign reign(long term, Address leader) {
        Reign reign = reigns.get(term);
        if (reign == null) {
            reign = new Reign(leader, new HashMap<>());
            reigns.put(term, reign);
        }
        return reign;
    }

    // ---- what a leader announces ----------------------------------------------------------------------------------

    @Override
    void onSent(Message message, RequestVoteRequest request) {
        candidacies.put(new Candidacy(message.from(), request.getTerm()), request);
    }

    @Override
    void onSent(Message message, AppendEntriesRequest request) {
        leads(message.from(), request.getTerm());
        holdsWhatIsCommitted(message, request);
        if (request.getLeaderCommit() > committedIndex()) {
            commits(message.from(), request.getTerm(), request.getLeaderCommit(), "announces", null);
        }
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request) {
        leads(message.from(), request.getTerm());
    }

    private void leads(Address leader, long term) {
        Long before = ledTerm.put(leader, term);
        if (before != null && before == term) {
            return;
        }
        reign(term, leader);
        RequestVoteRequest candidacy = candidacies.get(new Candidacy(leader, term));
        if (candidacy == null) {
            return;
        }
        for (Commit commit : lastOfTerm.headMap(term).values()) {
            Violation.unless(
                    candidacy.getLastLogIndex() >= commit.index(),
                    Property.LEADER_COMPLETENESS,
                    () -> leader + " was elected leader of term " + term + " with a log that ends at index "
                            + candidacy.getLastLogIndex() + ", but " + commit.leader() + " had committed index "
                            + commit.index() + " in term " + commit.term() + ".");
        }
    }

    private void holdsWhatIsCommitted(Message message, AppendEntriesRequest request) {
        long index = request.getPrevLogIndex();
        for (LogEntry entry : request.getEntriesList()) {
            holds(message, request.getTerm(), ++index, entry.getTerm());
        }
    }

    private void holds(Message message, long leaderTerm, long index, long entryTerm) {
        if (index < 1 || index > commits.size()) {
            return;
        }
        Commit commit = commits.get((int) index - 1);
        Violation.unless(
                commit.term() >= leaderTerm || commit.entryTerm() == 0 || commit.entryTerm() == entryTerm,
                Property.LEADER_COMPLETENESS,
                () -> message.from() + " leads term " + leaderTerm + " and has " + entry(index, entryTerm) + " where "
                        + commit.leader() + " had committed " + entry(index, commit.entryTerm()) + " in term "
                        + commit.term() + ".");
    }

    /** {@code consequence} is what else it breaks if it does so too early. */
    private void commits(Address leader, long term, long index, String how, Property consequence) {
        Set<Address> holders = holders(leader, term, index);
        Violation.unless(
                holders.size() >= ledger.majority(),
                Property.LEADER_COMPLETENESS,
                consequence,
                () -> leader + " leads term " + term + " and " + how + " index " + index + " as committed, but only "
                        + holders + " of " + ledger.members()
                        + " servers have confirmed in that term that they hold it; "
                        + "a majority is " + ledger.majority() + ".");
        OptionalLong entryTerm = logs.termInLogOf(term, index);
        Violation.unless(
                entryTerm.isEmpty() || entryTerm.getAsLong() == term || holders.size() == ledger.members(),
                Property.LEADER_COMPLETENESS,
                consequence,
                () -> leader + " leads term " + term + " and " + how + " " + entry(index, entryTerm.getAsLong())
                        + " as committed by counting who holds it (" + holders
                        + "). Only entries of the leader's own term"
                        + " may be committed by counting: one of an older term can still be overwritten (Figure 8).");
        remember(leader, term, index);
    }

    private void remember(Address leader, long term, long index) {
        for (long each = commits.size() + 1L; each <= index; each++) {
            commits.add(new Commit(each, term, logs.termInLogOf(term, each).orElse(0), leader));
        }
        lastOfTerm.put(term, commits.get((int) index - 1));
    }

    private Set<Address> holders(Address leader, long term, long index) {
        Set<Address> holders = new TreeSet<>();
        holders.add(leader);
        reign(term, leader).confirmed().forEach((follower, matched) -> {
            if (matched >= index) {
                holders.add(follower);
            }
        });
        return holders;
    }

    // ---- what a node applies --------------------------------------------------------------------------------------

    @Override
    void onSent(Message message, AppendEntriesRequest request, AppendEntriesReply reply) {
        if (reply.getSuccess() && reply.getTerm() == request.getTerm()) {
            matches(
                    message,
                    request.getTerm(),
                    request.getPrevLogIndex() + request.getEntriesCount(),
                    request.getLeaderCommit());
        }
    }

    @Override
    void onSent(Message message, InstallSnapshotRequest request, InstallSnapshotReply reply) {
        if (reply.getDone() && reply.getTerm() == request.getTerm()) {
            long index = request.getLastIncludedIndex();
            matches(message, request.getTerm(), index, index);
        }
    }

    private void matches(Message message, long term, long index, long announced) {
        Follower follower = followers.computeIfAbsent(message.from(), key -> new Follower());
        if (term > follower.matchedTerm) {
            follower.matchedTerm = term;
            follower.matchedIndex = index;
        } else if (term == follower.matchedTerm) {
            follower.matchedIndex = Math.max(follower.matchedIndex, index);
        }
        follower.announced = Math.max(follower.announced, announced);
        follower.allowed = Math.max(follower.allowed, Math.min(follower.announced, follower.matchedIndex));
        if (follower.allowed > committedIndex()) {
            // what a real leader announces was judged when it did; this one is played by hand and is believed
            remember(message.to(), term, follower.allowed);
        }
    }

    @Override
    void onApplied(SimNode node, long index, ByteString command) {
        appliedInBatch.computeIfAbsent(node.address(), key -> new ArrayList<>()).add(index);
    }

    /** A state that survived although the output of its event did not: what it holds was committed all the same. */
    @Override
    void onReport(SimNode node, String kind, long number, ByteString detail) {
        if (kind.equals("booted") && number > committedIndex()) {
            appliesOnItsOwn(node.address(), number, followers.computeIfAbsent(node.address(), key -> new Follower()));
        }
    }

    @Override
    void onCrash(SimNode node) {
        appliedInBatch.remove(node.address());
    }

    @Override
    void onReleased(SimNode node) {
        List<Long> applied = appliedInBatch.remove(node.address());
        if (applied == null) {
            return;
        }
        Follower follower = followers.computeIfAbsent(node.address(), key -> new Follower());
        // the last one is the commit index that it moved to; those before it follow from it
        long last = applied.get(applied.size() - 1);
        if (last > follower.allowed) {
            appliesOnItsOwn(node.address(), last, follower);
        }
    }

    private void appliesOnItsOwn(Address node, long index, Follower follower) {
        Long term = ledTerm.get(node);
        boolean confirmed = term != null && holders(node, term, index).size() >= ledger.majority();
        boolean leads = term != null && term == ledger.leaderTerm() && ledger.members() > 1;
        if (confirmed || leads) {
            if (index > committedIndex() || !confirmed) {
                // says who has confirmed it, if they are too few
                commits(node, term, index, "applies", Property.STATE_MACHINE_SAFETY);
            }
            return;
        }
        Violation.unless(
                ledger.members() == 1,
                Property.STATE_MACHINE_SAFETY,
                () -> node + " applied index " + index + ", which it could not know to be committed: "
                        + (follower.announced < index
                                ? "the highest commit index that a leader announced to it is " + follower.announced
                                : "its log is known to match the leader's of term " + follower.matchedTerm
                                        + " only up to index " + follower.matchedIndex
                                        + ", and what lies behind may be wrong")
                        + ".");
        if (index > committedIndex()) {
            remember(node, term == null ? 0 : term, index);
        }
    }
}
