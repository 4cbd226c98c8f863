// SPDX-License-Identifier: Apache-2.0
package io.multiraft.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.node.TodoException;

/**
 * Where the records of a bucket are: under {@code bucket/}, its id in eight bytes, a separator, and the key. As all ids are
 * equally long, no key can be taken for a part of an id, whatever bytes it has; as the id stands first, a bucket is one range.
 */
final class BucketKeys {
    private BucketKeys() {}

    /** The engine's key for {@code key} in {@code bucket}; for the empty key, the first one of the bucket. */
    static ByteString of(int bucket, ByteString key) {
        throw new TodoException("4A", "make the engine's key out of bucket and key");
    }

    /** Behind all keys of {@code bucket}, and not behind any of the next one. */
    static ByteString end(int bucket) {
        throw new TodoException("4A", "find the end of a bucket's keys");
    }

    /** The key that {@link #of} made {@code engineKey} of. */
    static ByteString keyIn(ByteString engineKey) {
        throw new TodoException("4A", "take the key out of the engine's key");
    }
}
