// SPDX-License-Identifier: Apache-2.0
/**
 * How graded tests are written: JUnit tests that carry their points, and whose method is one run from one seed. They run
 * from an IDE like any test; the grader runs them in a child process.
 */
package io.multiraft.grader.tests;
