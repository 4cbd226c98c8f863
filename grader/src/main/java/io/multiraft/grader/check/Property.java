// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check;

/** Everything that a run can be found to violate. A closed set: reports and mutants name these. */
public enum Property {
    VOTE_ONCE("A server votes for at most one candidate in a term, across restarts (Raft 5.2)."),
    ELECTION_SAFETY("At most one leader is elected in a term, and only by the votes of a majority (Raft 5.2)."),
    LOG_MATCHING("Two entries with the same index and term are the same, and so is all before them (Raft 5.3)."),
    LEADER_COMPLETENESS(
            "An entry counts as committed only when every later leader is bound to hold it, and every one does (Raft 5.4)."),
    STATE_MACHINE_SAFETY(
            "No two servers apply different commands at one index, and none applies what is not committed."),
    APPLY_ORDER("Committed entries are applied in the order of their indices, without gap or repetition."),
    MONOTONICITY("A server's term never goes down, nor does the commit index that a leader announces."),
    DURABILITY("What a server has promised to others is still true after a crash."),
    DETERMINISM("The same events lead to the same behaviour; nodes have no clock, threads or chance of their own."),
    PROTOCOL("A server answers each message as Figure 2 of the Raft paper says."),
    CONFIG_BALANCE("Buckets are spread over the groups as evenly as can be."),
    CONFIG_MINIMAL_MOVES("No more buckets change their group than must."),
    CONFIG_HISTORY("Configurations are numbered one by one and never change."),
    SINGLE_OWNER("At most one group serves a bucket at a time."),
    HANDOVER("A bucket arrives at its new group as its old group left it."),
    EXACTLY_ONCE("A client's operation takes effect once, however often it is sent."),
    LINEARIZABILITY("Every answer fits one order of all operations that respects real time."),
    LIVENESS("Once all faults are mended, the system makes progress again."),
    AVAILABILITY("What is not concerned by a change goes on being served."),
    RPC_BUDGET("No more messages are sent than the work needs."),
    SIZE_BUDGET("Messages and what is stored stay within bounds."),
    CRASH("A node's code ends no event with an exception, and always ends it.");

    private final String meaning;

    Property(String meaning) {
        this.meaning = meaning;
    }

    /** The property in a sentence. */
    public String meaning() {
        return meaning;
    }
}
