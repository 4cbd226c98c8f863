// SPDX-License-Identifier: Apache-2.0
/** How implementations are found, compiled and loaded: each layer by a class loader of its own. */
package io.multiraft.grader.load;
