// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import com.google.protobuf.ByteString;
import java.util.zip.CRC32;

/** Which bucket a key belongs to (book, chapter 6). Clients and servers must agree on it, so it is given. */
public final class Key2BucketID {

    private Key2BucketID() {}

    /**
     * The bucket of {@code key}: CRC32 of its bytes, as an unsigned number, modulo {@code nBuckets}.
     *
     * @param nBuckets number of buckets of the cluster, at least 1
     */
    public static int of(ByteString key, int nBuckets) {
        CRC32 checksum = new CRC32();
        checksum.update(key.asReadOnlyByteBuffer());
        return (int) (checksum.getValue() % nBuckets);
    }
}
