// SPDX-License-Identifier: Apache-2.0
/** The report of a grading, and the forms in which people and programs get it. */
package io.multiraft.grader.report;
