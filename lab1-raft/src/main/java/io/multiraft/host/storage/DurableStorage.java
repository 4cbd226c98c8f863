// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import io.multiraft.storage.Storage;

/**
 * A node's storage as its host sees it. What the node writes is seen by its reads at once, and waits in memory until
 * {@link #commit}; when the process dies before that, none of it was ever there.
 *
 * <p>Used by the node's event loop; {@link #close} may come from any thread, at any time.
 */
public interface DurableStorage extends Storage, AutoCloseable {

    /**
     * What waits for {@link #commit}.
     *
     * @param durable whether a durable write is among it
     * @param bytes of keys and values, about
     */
    record Unsaved(boolean durable, long bytes) {
        /** Nothing waits. */
        public static final Unsaved NOTHING = new Unsaved(false, 0);
    }

    /** What was written since the last {@link #commit}. */
    Unsaved unsaved();

    /**
     * Puts all that was written so far on disk, as one atomic unit, and waits until it is there.
     *
     * @throws StorageFailure if that does not succeed; the storage is of no use any more then
     */
    void commit();

    /**
     * Does a bounded piece of the work that deletes and replaced keyspaces leave behind. What it writes is relaxed.
     *
     * @return whether more is left to do
     */
    boolean tidy();

    /**
     * Lets go of everything that the storage holds, cursors and views included. What was not committed is lost. May be
     * called more than once; all other calls fail with {@link IllegalStateException} afterwards.
     */
    @Override
    void close();
}
