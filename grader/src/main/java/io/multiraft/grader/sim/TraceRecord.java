// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.sim;

/**
 * One line of a trace.
 *
 * @param timeMicros virtual time
 * @param event number of the event in the run
 * @param node who
 * @param kind what, in one word
 * @param detail the facts
 */
public record TraceRecord(long timeMicros, long event, String node, String kind, String detail) {}
