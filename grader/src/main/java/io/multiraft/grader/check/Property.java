// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check;

/** Everything that a run can be found to violate. A closed set: reports and mutants name these. */
public enum Property {
    VOTE_ONCE(
            "A server votes for at most one candidate in a term, across restarts (Raft 5.2).",
            "votedFor belongs to currentTerm: it is emptied when the term changes and at no other time, and "
                    + "from 1C on both are on disk before the answer leaves."),
    ELECTION_SAFETY(
            "At most one leader is elected in a term, and only by the votes of a majority (Raft 5.2).",
            "Count each server's vote once, only for the term in which you asked for it, and demand more "
                    + "than half of all members."),
    LOG_MATCHING(
            "Two entries with the same index and term are the same, and so is all before them (Raft 5.3).",
            "AppendEntries 2 to 4: entries go in only behind an entry that matches, and a leader never "
                    + "changes its own log."),
    LEADER_COMPLETENESS(
            "An entry counts as committed only when every later leader is bound to hold it, and every one does (Raft 5.4).",
            "Two rules keep this: votes go only to logs that are at least as up to date (5.4.1), and "
                    + "counting commits only entries of the leader's own term (5.4.2, Figure 8)."),
    STATE_MACHINE_SAFETY(
            "No two servers apply different commands at one index, and none applies what is not committed.",
            "commitIndex may only pass entries that are known to be the leader's: AppendEntries 5 takes the "
                    + "minimum with the last entry of that request."),
    APPLY_ORDER(
            "Committed entries are applied in the order of their indices, without gap or repetition.",
            "lastApplied moves one by one up to commitIndex; after a restart or a snapshot it begins at what "
                    + "the state machine holds."),
    MONOTONICITY(
            "A server's term never goes down, nor does the commit index that a leader announces.",
            "currentTerm only grows, also over a restart; look at every assignment to it, and whether it is "
                    + "saved."),
    DURABILITY(
            "What a server has promised to others stays true, also when it crashes.",
            "Whatever an answer or request promises (term, vote, entries, their removal) must be written in "
                    + "the same handler, and read back at the start."),
    DETERMINISM(
            "The same events lead to the same behaviour; nodes have no clock, threads or chance of their own.",
            "Use context.random(), context.nowMicros() and context.setTimer(); no threads, no statics that "
                    + "change, no order of a hash set or map."),
    PROTOCOL(
            "A server answers each message as Figure 2 of the Raft paper says.",
            "Compare your handler with Figure 2 line by line; the numbers of the rules are in the handout's "
                    + "table of this step."),
    CONFIG_BALANCE(
            "Buckets are spread over the groups as evenly as can be.",
            "The largest and the smallest group differ by one bucket at most."),
    CONFIG_MINIMAL_MOVES(
            "No more buckets change their group than must.",
            "Take buckets only from groups that have too many, and only as many as are too many."),
    CONFIG_HISTORY(
            "Configurations are numbered one by one and never change.",
            "A change makes a new version; old versions stay as they were."),
    SINGLE_OWNER(
            "At most one group serves a bucket at a time.",
            "A group stops serving a bucket before another one begins, and both changes go through the log."),
    HANDOVER(
            "A bucket arrives at its new group as its old group left it.",
            "Freeze a bucket before it is copied; copy data and sessions together."),
    EXACTLY_ONCE(
            "A client's operation takes effect once, however often it is sent.",
            "Keep the last sequence number and its answer per client, in the state machine, in the same "
                    + "batch as the data."),
    LINEARIZABILITY(
            "Every answer fits one order of all operations that respects real time.",
            "An answer must reflect everything that was acknowledged before the question: ask the log, or "
                    + "confirm that you still lead."),
    LIVENESS(
            "What is due happens in time, as soon as a majority of the servers run and can talk to each other.",
            "Something waits for a message that was lost or for a timer that was never set, or is reset "
                    + "again and again: look at who is silent at the end of the trace."),
    AVAILABILITY("What is not concerned by a change goes on being served.", "Only what moves may wait."),
    RPC_BUDGET(
            "No more messages are sent than the work needs.",
            "Do not answer each answer with everything again: remember what is on its way, and let a silent "
                    + "follower have heartbeats only."),
    SIZE_BUDGET(
            "Messages and what is stored stay within bounds.",
            "Send a follower what it lacks once, in pieces of at most maxPayloadBytes, and go on when it has "
                    + "answered."),
    CRASH(
            "A node's code ends no event with an exception, and always ends it.",
            "A handler must end, and without an exception: it never sleeps, waits or loops for something; "
                    + "use timers and replies.");

    private final String meaning;
    private final String hint;

    Property(String meaning, String hint) {
        this.meaning = meaning;
        this.hint = hint;
    }

    /** The property in a sentence. */
    public String meaning() {
        return meaning;
    }

    /** What usually breaks it, in a sentence or two that leave the solution to the reader. */
    public String hint() {
        return hint;
    }
}
