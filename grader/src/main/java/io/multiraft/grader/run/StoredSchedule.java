// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.check.Property;
import io.multiraft.grader.sim.Schedule;

/**
 * A failing schedule, as it is stored in a file {@code NAME.schedule.json}.
 *
 * @param format of the file: 1
 * @param test that failed
 * @param property that was broken
 * @param message the facts of that failure
 */
public record StoredSchedule(int format, String test, Property property, String message, Schedule schedule) {}
