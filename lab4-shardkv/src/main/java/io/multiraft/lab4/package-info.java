// SPDX-License-Identifier: Apache-2.0
/** What you write in lab4; see the README of this module. */
package io.multiraft.lab4;
