// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import java.util.List;
import java.util.Set;

/** What usually breaks a property; where a test knows more than the property does, that. */
final class Hints {
    private static final String MATCH_INDEX =
            "matchIndex is what the reply to that very request confirms: its prevLogIndex and the number of its entries, not"
                    + " the end of the leader's log now; and only replies of the present term count.";

    private static final String SNAPSHOT =
            "A snapshot that is not newer than commitIndex changes nothing. A complete one takes the place of the state and"
                    + " moves commitIndex and lastApplied; chunks of another snapshot, or out of order, are no part of it.";

    private static final String REMOVAL =
            "Entries that were confirmed go only when a leader sends one that conflicts with them (AppendEntries 3); requests"
                    + " that are late, repeated or short remove nothing.";

    private static final String OWN_ENTRY =
            "An acknowledgement belongs to the very entry that was proposed: at its index another one may have been committed,"
                    + " and then the command is lost and its client must ask again.";

    private static final String SESSION_AT_APPLY =
            "Look at the client's session when the command is applied, not when it arrives: both copies may be in the log"
                    + " before the first is applied. A client keeps the number of a command through all its attempts.";

    /** By property, for the tests that are about something narrower. */
    private record Hint(Property property, Set<String> testsOrSteps, String text) {}

    private static final List<Hint> NARROWER = List.of(
            new Hint(
                    Property.LEADER_COMPLETENESS,
                    Set.of(
                            "aLeaderCommitsWhatAMajorityConfirmsAndNothingBefore",
                            "lateAnswersMakeALeaderNeitherCommitNorForget"),
                    MATCH_INDEX),
            new Hint(Property.STATE_MACHINE_SAFETY, Set.of("1D"), SNAPSHOT),
            new Hint(Property.DURABILITY, Set.of("1B"), REMOVAL),
            new Hint(Property.LINEARIZABILITY, Set.of("2A"), OWN_ENTRY),
            new Hint(Property.EXACTLY_ONCE, Set.of("2B"), SESSION_AT_APPLY));

    private Hints() {}

    /** The hint for a failure of {@code test}; null if no property was broken. */
    static String of(Property property, TestCase test) {
        if (property == null) {
            return null;
        }
        return NARROWER.stream()
                .filter(hint -> hint.property() == property)
                .filter(hint -> hint.testsOrSteps().contains(test.name())
                        || hint.testsOrSteps().contains(test.step()))
                .map(Hint::text)
                .findFirst()
                .orElse(property.hint());
    }
}
