// SPDX-License-Identifier: Apache-2.0
/** Judges configurations: how buckets are spread, what must move, and what versions follow each other. */
package io.multiraft.grader.check.config;
