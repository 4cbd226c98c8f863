// SPDX-License-Identifier: Apache-2.0
/** The reference solution of lab 4: the sharded key-value service and its client. */
package io.multiraft.solutions.lab4;
