// SPDX-License-Identifier: Apache-2.0
/**
 * The sharded key-value store of lab 4: keys are spread over buckets, buckets over groups. Its messages, what a group's
 * servers and its clients are like, and the server that puts the layers together.
 */
package io.multiraft.shard;
