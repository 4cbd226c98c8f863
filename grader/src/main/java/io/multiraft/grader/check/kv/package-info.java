// SPDX-License-Identifier: Apache-2.0
/** Judges runs of the key-value store: what servers hold, what clients were told. */
package io.multiraft.grader.check.kv;
