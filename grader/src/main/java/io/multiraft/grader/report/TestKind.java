// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.report;

/** The kinds of tests, in the order in which they are told: what is closest to the cause comes first. */
public enum TestKind {
    /** One server among peers that are played by hand, a rule at a time. */
    PAPER,
    /** A story with a whole group. */
    SCENARIO,
    /** A group under many random schedules. */
    CAMPAIGN
}
