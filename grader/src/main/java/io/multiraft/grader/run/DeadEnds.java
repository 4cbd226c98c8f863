// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where code has ended its process, or never came to an end, again and again in a step. Each time costs many seconds, and
 * the next one will not tell more.
 */
final class DeadEnds {
    private static final int TIMES = 2;

    private final Map<String, Map<String, Integer>> timesByStep = new HashMap<>();

    /** {@code outcome} is that of a test of {@code step}. */
    synchronized void add(String step, Outcome outcome) {
        if (outcome.status() == Outcome.Status.FAILED && outcome.runs() == 0 && of(step).isEmpty()) {
            timesByStep.computeIfAbsent(step, key -> new HashMap<>()).merge(outcome.message(), 1, Integer::sum);
        }
    }

    /** Why the rest of {@code step} is not run, in a sentence; empty if it is. */
    synchronized Optional<String> of(String step) {
        return timesByStep.getOrDefault(step, Map.of()).entrySet().stream()
                .filter(each -> each.getValue() >= TIMES)
                .map(each -> "not run: " + TIMES + " tests of this step have ended in the same way: " + each.getKey())
                .sorted()
                .findFirst();
    }
}
