// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.report;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.report.GradeReport.Status;
import io.multiraft.grader.report.GradeReport.Test;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the failure that is told in full: of the first step that failed, and there of the kind of tests that is closest to
 * the rules, the one whose property is closest to the cause. A rule that is broken shows itself in many tests, and most
 * loudly as a group that makes no progress.
 */
final class Headline {
    private Headline() {}

    /** All tests in which something went wrong, in the order of the report. */
    static List<Test> failed(GradeReport report) {
        return report.labs().stream()
                .flatMap(lab -> lab.steps().stream())
                .flatMap(step -> step.tests().stream())
                .filter(test -> test.status() == Status.FAILED || test.status() == Status.ERROR)
                .toList();
    }

    /** The one to mend first; empty if all went well. */
    static Optional<Test> of(GradeReport report) {
        List<Test> failed = failed(report);
        return failed.stream()
                .filter(test -> test.step().equals(failed.get(0).step()))
                .min(Comparator.comparing(Test::kind)
                        .thenComparing(test -> distance(test.failure().property())));
    }

    /** How far from its cause a property is seen to be broken: what a server says comes before what becomes of it. */
    private static int distance(Property property) {
        if (property == null) {
            return 0;
        }
        return switch (property) {
            case CRASH, PROTOCOL, VOTE_ONCE, LOG_MATCHING, DURABILITY, MONOTONICITY -> 0;
            case ELECTION_SAFETY -> 1;
            case LEADER_COMPLETENESS, STATE_MACHINE_SAFETY, APPLY_ORDER -> 2;
            case CONFIG_BALANCE, CONFIG_MINIMAL_MOVES, CONFIG_HISTORY, SINGLE_OWNER, HANDOVER, EXACTLY_ONCE -> 3;
            case LINEARIZABILITY -> 4;
            case DETERMINISM -> 5;
            case SIZE_BUDGET, RPC_BUDGET, AVAILABILITY, LIVENESS -> 6;
        };
    }
}
