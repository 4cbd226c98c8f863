// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

/** Reads that all see one moment, whatever is written afterwards; holds resources of the engine until it is closed. */
public interface StorageView extends StorageReader, AutoCloseable {

    /** Releases the view; its cursors end with it. May be called more than once. */
    @Override
    void close();
}
