// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.run;

import io.multiraft.grader.load.LayerChoice;
import io.multiraft.grader.load.Lineup;
import java.util.Optional;

/**
 * A test with what it judges.
 *
 * @param choice whose code each layer is
 * @param lineup the classes of those layers; without any if there is an obstacle
 * @param obstacle why the test is not run, in a sentence
 */
record PlannedTest(TestCase test, LayerChoice choice, Lineup lineup, Optional<String> obstacle) {}
