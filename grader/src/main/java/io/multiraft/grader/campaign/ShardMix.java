// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.campaign;

import io.multiraft.grader.check.raft.RaftPredicates;
import io.multiraft.grader.check.shard.ShardPredicates;
import java.util.ArrayList;
import java.util.List;

/** What a campaign of one step of lab 4 may do: a step is only tried with what it is meant to withstand. */
public enum ShardMix {
    /** 4A: the configuration is made first and stays. */
    FIXED(false, false),
    /** 4B: buckets move. */
    MOVING(true, false),
    /** 4D: buckets move, and nothing is left behind in the end. */
    GARBAGE(true, true);

    private final boolean moving;
    private final boolean garbage;

    ShardMix(boolean moving, boolean garbage) {
        this.moving = moving;
        this.garbage = garbage;
    }

    boolean moving() {
        return moving;
    }

    boolean garbage() {
        return garbage;
    }

    List<String> methods() {
        List<String> methods = new ArrayList<>(List.of("DoCommand", "DoCommand"));
        if (moving) {
            methods.addAll(List.of("Pull", "Push", "Pull", "Push"));
        }
        if (garbage) {
            methods.addAll(List.of("Delete", "Delete"));
        }
        return methods;
    }

    List<String> predicates() {
        List<String> predicates = new ArrayList<>(List.of(
                ShardPredicates.CONFIG_HEARD,
                RaftPredicates.LEADER_ELECTED,
                RaftPredicates.LEADER_APPENDED,
                RaftPredicates.APPLIED_FIRST));
        if (moving) {
            predicates.addAll(ShardPredicates.ALL);
        }
        return predicates;
    }
}
