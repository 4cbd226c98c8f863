// SPDX-License-Identifier: Apache-2.0
/** The reference solution of lab 2: the replicated service, the key-value store and its client. */
package io.multiraft.solutions.lab2;
