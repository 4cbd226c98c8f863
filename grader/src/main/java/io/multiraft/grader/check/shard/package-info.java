// SPDX-License-Identifier: Apache-2.0
/** Judges runs of the sharded service: who serves a bucket, what was handed over, what was left behind. */
package io.multiraft.grader.check.shard;
