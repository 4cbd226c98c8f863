// SPDX-License-Identifier: Apache-2.0
/** The reference solution of lab 1: Raft, to be read beside Figure 2 of the paper. */
package io.multiraft.solutions.lab1;
