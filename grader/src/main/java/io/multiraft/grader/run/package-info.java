// SPDX-License-Identifier: Apache-2.0
/** Runs graded tests in child processes and puts together what came of them. */
package io.multiraft.grader.run;
