// SPDX-License-Identifier: Apache-2.0
/** Tries the grader itself: on mutants of the reference, each with one bug, and on variants of it that are correct. */
package io.multiraft.grader.mutants;
