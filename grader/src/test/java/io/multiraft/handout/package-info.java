// SPDX-License-Identifier: Apache-2.0
/** The code that the handouts show, compiled and tested. */
package io.multiraft.handout;
