// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.history;

import java.util.List;

/**
 * Why no order explains a history, in the words of its model.
 *
 * @param offending the offending operation
 * @param last the last operation of the longest order; empty if there is none
 * @param expected states, each of which the offending operation could have met without contradiction
 * @param complete whether these are all such states
 * @param difference how its answer differs from the first of them; may be empty
 */
public record Contradiction(String offending, String last, List<String> expected, boolean complete, String difference) {

    private static final int SHOWN = 3;

    public Contradiction {
        expected = List.copyOf(expected);
    }

    String inWords(Verdict.Violation<?, ?> violation, Clock clock) {
        Operation<?, ?> operation = violation.offending();
        return "client " + operation.client() + ": " + offending + ", called at " + clock.describe(operation.calledAt())
                + ", answered at " + clock.describe(operation.returnedAt())
                + ". No order of the operations explains this answer: " + expectation(violation.partition())
                + (difference.isEmpty() ? "" : "; " + difference)
                + ". The longest order that explains all answers before it has "
                + count(violation.longest().size())
                + " of " + violation.operations().size()
                + (last.isEmpty()
                        ? ""
                        : " and ends with " + last + " of client "
                                + violation
                                        .longest()
                                        .get(violation.longest().size() - 1)
                                        .client())
                + ".";
    }

    /** What was expected, for example {@code x can only have been "1" or "2" then}. */
    public String expectation(Object partition) {
        int more = expected.size() - SHOWN;
        String states = String.join(" or ", expected.subList(0, Math.min(SHOWN, expected.size())))
                + (more > 0 ? " or " + more + (more == 1 ? " other" : " others") : "");
        return complete
                ? partition + " can only have been " + states + " then"
                : partition + " may have been " + states + " then (not all was tried), but not what was answered";
    }

    private static String count(int operations) {
        return operations == 1 ? "1 operation" : operations + " operations";
    }
}
