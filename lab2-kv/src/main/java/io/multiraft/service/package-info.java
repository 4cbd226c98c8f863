// SPDX-License-Identifier: Apache-2.0
/** The given code of lab 2: what a replicated service and its clients agree on. */
package io.multiraft.service;
