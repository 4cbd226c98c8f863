// SPDX-License-Identifier: Apache-2.0
/**
 * The configuration of lab 3: which group owns which bucket and where its servers are; the config server that keeps it, and
 * what its clients are like.
 */
package io.multiraft.config;
