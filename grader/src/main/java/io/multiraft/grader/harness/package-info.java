// SPDX-License-Identifier: Apache-2.0
/** The programs around the code under test: what a lab's nodes are put into so that a run can drive and watch them. */
package io.multiraft.grader.harness;
