// SPDX-License-Identifier: Apache-2.0
/** The given code of lab 3: the configuration of the system and the interface of its config server. */
package io.multiraft.config;
