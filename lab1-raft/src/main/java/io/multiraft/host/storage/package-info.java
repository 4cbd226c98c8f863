// SPDX-License-Identifier: Apache-2.0
/**
 * What a real node's storage adds to {@link io.multiraft.storage.Storage}: the moment at which written records are on disk,
 * and the engine that puts them there, LevelDB, in a directory that belongs to one node and one process at a time.
 *
 * <p>{@link io.multiraft.host.storage.DurableStorage} is all that the host knows of an engine.
 */
package io.multiraft.host.storage;
