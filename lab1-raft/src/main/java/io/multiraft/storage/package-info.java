// SPDX-License-Identifier: Apache-2.0
/**
 * What survives a crash: one ordered key-value engine per node, divided into keyspaces.
 *
 * <p>A node writes through {@link io.multiraft.storage.Storage} and never thinks about {@code fsync}: all that one event
 * writes is one atomic unit, and nothing that the event sends leaves the node before its durable writes are on disk.
 */
package io.multiraft.storage;
