// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

/**
 * The storage of one node, as the node sees it. Reads see the node's own writes at once. Used on the node's event loop
 * only.
 *
 * <p>All writes of one event form one atomic unit: after a crash either all or none of them are there.
 */
public interface Storage extends StorageReader {

    /** Applies {@code batch}; what {@code durability} promises holds from the moment the event's output is released. */
    void write(Durability durability, WriteBatch batch);

    /** A view of this moment, the node's own writes included. Cheap, whatever the size; the caller closes it. */
    StorageView view();
}
