// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import com.google.protobuf.ByteString;
import io.multiraft.storage.Keys;

/**
 * Where the records of a bucket are: under {@code bucket/}, its id in eight bytes, a separator, and the key. As all ids are
 * equally long, no key can be taken for a part of an id, whatever bytes it has; as the id stands first, a bucket is one range.
 */
final class BucketKeys {
    // region 4A
    private static final ByteString RECORDS = Keys.ofText("bucket/");
    private static final ByteString SEPARATOR = Keys.ofText("/");
    private static final ByteString BEHIND_SEPARATOR = Keys.ofText("0"); // the byte that follows it
    private static final int PREFIX_BYTES = RECORDS.size() + Long.BYTES + SEPARATOR.size();

    // endregion
    private BucketKeys() {}

    /** The engine's key for {@code key} in {@code bucket}; for the empty key, the first one of the bucket. */
    static ByteString of(int bucket, ByteString key) {
        // region 4A | throw new TodoException("4A", "make the engine's key out of bucket and key");
        return RECORDS.concat(Keys.ofLong(bucket)).concat(SEPARATOR).concat(key);
        // endregion
    }

    /** Behind all keys of {@code bucket}, and not behind any of the next one. */
    static ByteString end(int bucket) {
        // region 4A | throw new TodoException("4A", "find the end of a bucket's keys");
        return RECORDS.concat(Keys.ofLong(bucket)).concat(BEHIND_SEPARATOR);
        // endregion
    }

    /** The key that {@link #of} made {@code engineKey} of. */
    static ByteString keyIn(ByteString engineKey) {
        // region 4A | throw new TodoException("4A", "take the key out of the engine's key");
        return engineKey.substring(PREFIX_BYTES);
        // endregion
    }
}
