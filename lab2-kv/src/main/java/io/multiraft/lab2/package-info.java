// SPDX-License-Identifier: Apache-2.0
/** What you write in lab2; see the README of this module. */
package io.multiraft.lab2;
