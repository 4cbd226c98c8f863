// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import static io.multiraft.grader.check.raft.RaftPredicates.CANDIDATE;
import static io.multiraft.grader.check.raft.RaftPredicates.COMPACTED;
import static io.multiraft.grader.check.raft.RaftPredicates.LEADER_ELECTED;
import static io.multiraft.grader.check.raft.RaftPredicates.SNAPSHOT_INSTALLED;
import static io.multiraft.grader.check.raft.RaftPredicates.SNAPSHOT_SENT;
import static io.multiraft.grader.check.raft.RaftPredicates.VOTED;

import io.multiraft.grader.check.raft.RaftPredicates;
import java.util.List;

/**
 * What a campaign of one step may do: a step is only tried with what it is meant to withstand, so that a gap of a later step
 * costs nothing.
 */
public enum RaftMix {
    /** Elections: no commands, no crashes. */
    ELECTION(false, false, false, List.of("RequestVote", "AppendEntries"), List.of(CANDIDATE, VOTED, LEADER_ELECTED)),
    /** Replication: commands, no crashes. */
    REPLICATION(
            true,
            false,
            false,
            List.of("RequestVote", "AppendEntries"),
            without(List.of(SNAPSHOT_SENT, SNAPSHOT_INSTALLED, COMPACTED))),
    /** Persistence: commands and crashes. */
    PERSISTENCE(
            true,
            true,
            false,
            List.of("RequestVote", "AppendEntries"),
            without(List.of(SNAPSHOT_SENT, SNAPSHOT_INSTALLED, COMPACTED))),
    /** Compaction: all of it. */
    COMPACTION(
            true, true, true, List.of("RequestVote", "AppendEntries", "InstallSnapshot"), without(List.of()));

    private final boolean commands;
    private final boolean crashes;
    private final boolean compaction;
    private final List<String> methods;
    private final List<String> predicates;

    RaftMix(
            boolean commands,
            boolean crashes,
            boolean compaction,
            List<String> methods,
            List<String> predicates) {
        this.commands = commands;
        this.crashes = crashes;
        this.compaction = compaction;
        this.methods = methods;
        this.predicates = predicates;
    }

    private static List<String> without(List<String> excluded) {
        return RaftPredicates.ALL.stream().filter(name -> !excluded.contains(name)).toList();
    }

    boolean commands() {
        return commands;
    }

    boolean crashes() {
        return crashes;
    }

    boolean compaction() {
        return compaction;
    }

    List<String> methods() {
        return methods;
    }

    List<String> predicates() {
        return predicates;
    }
}
