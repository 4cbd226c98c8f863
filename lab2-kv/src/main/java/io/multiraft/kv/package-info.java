// SPDX-License-Identifier: Apache-2.0
/** The given code of lab 2: the interface of the key-value store. */
package io.multiraft.kv;
