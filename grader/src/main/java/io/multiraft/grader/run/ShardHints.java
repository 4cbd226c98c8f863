// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.run.Hints.Hint;
import java.util.List;
import java.util.Set;

/** What usually breaks a property in lab 4, step by step. */
final class ShardHints {
    private static final String ONE_LOG =
            "Who owns a bucket, and what is in it, is changed by entries of the log alone, in execute; what a leader has heard, or"
                    + " keeps in memory, no other server knows. And stateReplaced reads everything anew.";

    static final List<Hint> ALL = List.of(
            new Hint(
                    Property.SINGLE_OWNER,
                    Set.of("4A"),
                    "Compute the bucket from the key, and judge who owns it when the command is applied, in execute, and again in"
                            + " read; a client's config_version proves nothing."),
            new Hint(
                    Property.EXACTLY_ONCE,
                    Set.of("4A"),
                    "A command keeps its number in every attempt, at whatever group, and a client has one id for all of them; a"
                            + " session belongs to the bucket of the command's key."),
            new Hint(
                    Property.LINEARIZABILITY,
                    Set.of("4A"),
                    "Is every key in one place, and in no other? Keys of two buckets must never be the same, nor the range of a"
                            + " bucket reach into the next one. And an answer that comes late belongs to its own command, not to"
                            + " the client's next one."),
            new Hint(
                    Property.LIVENESS,
                    Set.of("4A"),
                    "On silence, NOT_LEADER and WRONG_GROUP a client tries again after a rest, elsewhere or with a newer"
                            + " configuration, and never waits for the config servers alone; a WRONG_GROUP that is recorded is answered"
                            + " for ever; a group takes the first configuration that it finds, and has it again after a boot."),
            new Hint(
                    Property.RPC_BUDGET,
                    Set.of("4A"),
                    "Rest for backoff before the next attempt, also after WRONG_GROUP; remember who leads each group."),
            new Hint(
                    Property.SINGLE_OWNER,
                    Set.of("4B", "4C", "4D"),
                    "A bucket freezes where the next configuration stands in the log, and its next owner serves it when the last"
                            + " part is installed, neither before."),
            new Hint(
                    Property.HANDOVER,
                    Set.of("4B", "4C"),
                    "A source answers from what it has applied, and only when it has come to the version; a part is installed only"
                            + " if it is the very one that is missing, of this handover; the first one replaces all that is there."
                            + " If nobody keeps it any more: no configuration may be left out; what is kept stays until the first"
                            + " part of newer content is here; and what a new leader's predecessors have left in the log, that it"
                            + " has taken over a bucket for example, is committed with an entry of its own term."),
            new Hint(
                    Property.HANDOVER,
                    Set.of("4D"),
                    "Delete what is kept for the handover that is named, bucket and version, and only when the last part is"
                            + " committed at the next owner; the range of a bucket ends before the next one."),
            new Hint(
                    Property.EXACTLY_ONCE,
                    Set.of("4B", "4C", "4D"),
                    "Sessions travel with their bucket, and what was turned away is not recorded."),
            new Hint(
                    Property.LIVENESS,
                    Set.of("4B", "4C"),
                    "Who waits for whom? Hand out also while you wait yourself; a bucket that nobody ever had is there at once;"
                            + " ask the next member when one is silent; and an entry of its own lets a new leader commit the others."
                            + " A client asks for the configuration on silence, too: a group that has left says nothing."),
            new Hint(
                    Property.LIVENESS,
                    Set.of("4D"),
                    "No configuration waits for a deletion, and what is deleted already is answered with OK."),
            new Hint(
                    Property.RPC_BUDGET,
                    Set.of("4B", "4C", "4D"),
                    "Ask again after pollInterval, not at once: for the next configuration, and for a bucket that is not ready."),
            new Hint(
                    Property.SIZE_BUDGET,
                    Set.of("4B", "4C"),
                    "A part has at most chunkBytes of records; a single longer one travels alone."),
            new Hint(
                    Property.SIZE_BUDGET,
                    Set.of("4D"),
                    "The duty to have a bucket deleted is in the state: whoever leads next, after whatever crash, does it, until the"
                            + " former owner has answered; a member that has not come to the version answers NOT_YET, not OK; and"
                            + " records go with the status."),
            new Hint(
                    Property.AVAILABILITY,
                    Set.of("4C"),
                    "Each bucket serves by its own status; and requests to a group that is down take no places of those to others."),
            new Hint(Property.DETERMINISM, Set.of("4A", "4B", "4C", "4D"), ONE_LOG));

    private ShardHints() {}
}
