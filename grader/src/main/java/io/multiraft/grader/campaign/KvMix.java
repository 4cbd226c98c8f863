// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.check.raft.RaftPredicates;
import java.util.ArrayList;
import java.util.List;

/** What a campaign of one step of lab 2 may do: a step is only tried with what it is meant to withstand. */
public enum KvMix {
    /** 2A: clients that send each command once, no crashes. */
    ONCE(false, false, false),
    /** 2B: commands are repeated; no crashes. */
    REPEATED(true, false, false),
    /** 2C: crashes and compaction. */
    SNAPSHOTS(true, true, false),
    /** 2D: all of it, and mostly reads. */
    READS(true, true, true);

    private final boolean repeated;
    private final boolean crashes;
    private final boolean reads;

    KvMix(boolean repeated, boolean crashes, boolean reads) {
        this.repeated = repeated;
        this.crashes = crashes;
        this.reads = reads;
    }

    boolean repeated() {
        return repeated;
    }

    boolean crashes() {
        return crashes;
    }

    boolean reads() {
        return reads;
    }

    List<String> methods() {
        List<String> methods = new ArrayList<>(List.of("DoCommand", "DoCommand", "RequestVote", "AppendEntries"));
        if (crashes) {
            methods.add("InstallSnapshot");
        }
        return methods;
    }

    List<String> predicates() {
        return crashes ? RaftPredicates.ALL : RaftPredicates.WITHOUT_SNAPSHOTS;
    }
}
