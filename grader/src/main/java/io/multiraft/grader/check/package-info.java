// SPDX-License-Identifier: Apache-2.0
/** The properties that are checked, and what it means to break one. */
package io.multiraft.grader.check;
