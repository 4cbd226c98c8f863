// SPDX-License-Identifier: Apache-2.0
/** The reference solution of lab 3: the config server, to be read beside the first half of the book's chapter 6. */
package io.multiraft.solutions.lab3;
