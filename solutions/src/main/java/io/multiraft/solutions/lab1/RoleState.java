// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import io.multiraft.node.Address;
import io.multiraft.raft.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The role of a server in its current term, with the volatile state that exists only as long as the server has this
 * role: nobody but a leader has a {@code nextIndex}, and each candidate begins without votes.
 */
sealed interface RoleState {

    /** The name of the role. */
    Role role();

    /** The leader of the current term, as far as this server knows. */
    Optional<Address> leader();

    /** Takes what a leader tells it. */
    record Follower(Optional<Address> leader) implements RoleState {
        @Override
        public Role role() {
            return Role.FOLLOWER;
        }
    }

    /**
     * Stands for election.
     *
     * @param votes who voted for this server in the current term; a set, because a vote may arrive more than once
     */
    record Candidate(Set<Address> votes) implements RoleState {
        /** A candidate that nobody has voted for yet. */
        Candidate() {
            this(new HashSet<>());
        }

        @Override
        public Role role() {
            return Role.CANDIDATE;
        }

        @Override
        public Optional<Address> leader() {
            return Optional.empty();
        }
    }

    /**
     * Won the election of the current term.
     *
     * @param self this server
     * @param followers the volatile state on leaders of Figure 2, nextIndex and matchIndex of each other server
     * @param reads who waits for the proof that this server still leads
     */
    record Leader(Address self, List<Progress> followers, PendingReads reads) implements RoleState {

        /** A leader whose log ends at {@code lastIndex} and who knows nothing of {@code peers} yet. */
        static Leader of(Address self, List<Address> peers, long lastIndex, int windowBytes) {
            return new Leader(
                    self,
                    peers.stream()
                            .map(peer -> new Progress(peer, lastIndex, windowBytes))
                            .toList(),
                    new PendingReads(peers));
        }

        @Override
        public Role role() {
            return Role.LEADER;
        }

        @Override
        public Optional<Address> leader() {
            return Optional.of(self);
        }

        /** What is known of {@code peer} in this reign. */
        Progress follower(Address peer) {
            return followers.stream()
                    .filter(follower -> follower.peer().equals(peer))
                    .findFirst()
                    .orElseThrow();
        }

        // region 1D
        /** Up to where no follower needs a log that begins behind {@code baseIndex}. */
        long unneeded(long baseIndex) {
            return followers.stream()
                    .mapToLong(follower -> follower.unneeded(baseIndex))
                    .min()
                    .orElse(Long.MAX_VALUE);
        }

        // endregion
        /** The matchIndex of every server; the leader's own is the last index of its log. */
        long[] matchIndices(long lastIndex) {
            LongStream others = followers.stream().mapToLong(Progress::matchIndex);
            return LongStream.concat(LongStream.of(lastIndex), others).toArray();
        }
    }
}
