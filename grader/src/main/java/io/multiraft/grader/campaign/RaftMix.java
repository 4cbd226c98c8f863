// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.check.raft.RaftPredicates;
import java.util.List;

/**
 * What a campaign of one step may do: a step is only tried with what it is meant to withstand, so that a gap of a later step
 * costs nothing.
 */
public enum RaftMix {
    /** Elections: no commands, no crashes. */
    ELECTION(false, false, false),
    /** Replication: commands, no crashes. */
    REPLICATION(true, false, false),
    /** Persistence: commands and crashes. */
    PERSISTENCE(true, true, false),
    /** Compaction: all of it. */
    COMPACTION(true, true, true);

    private final boolean commands;
    private final boolean crashes;
    private final boolean compaction;

    RaftMix(boolean commands, boolean crashes, boolean compaction) {
        this.commands = commands;
        this.crashes = crashes;
        this.compaction = compaction;
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

    /** Methods whose messages may be held or repeated. */
    List<String> methods() {
        return compaction
                ? List.of("RequestVote", "AppendEntries", "InstallSnapshot")
                : List.of("RequestVote", "AppendEntries");
    }

    /** Moments that faults may wait for. */
    List<String> predicates() {
        if (!commands) {
            return RaftPredicates.OF_ELECTIONS;
        }
        return compaction ? RaftPredicates.ALL : RaftPredicates.WITHOUT_SNAPSHOTS;
    }
}
