// SPDX-License-Identifier: Apache-2.0
/** The key-value store of lab 2: its commands, limits and server, and what its clients are like. */
package io.multiraft.kv;
