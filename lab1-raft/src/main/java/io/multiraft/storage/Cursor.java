// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

import java.util.Iterator;

/** Walks over records in key order; holds resources of the engine until it is closed. */
public interface Cursor extends Iterator<StoredRecord>, AutoCloseable {

    /** Releases what the cursor holds; may be called more than once. */
    @Override
    void close();
}
