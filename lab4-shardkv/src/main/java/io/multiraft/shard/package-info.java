// SPDX-License-Identifier: Apache-2.0
/** The given code of lab 4: the interface of the sharded key-value service. */
package io.multiraft.shard;
