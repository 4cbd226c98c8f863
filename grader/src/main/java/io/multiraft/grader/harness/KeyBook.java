// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.harness;

import com.google.protobuf.ByteString;
import io.multiraft.shard.Key2BucketID;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The keys that somebody wrote in a run, by bucket: what a bucket holds is asked key by key. */
public final class KeyBook {
    /** More keys of a bucket are not watched. */
    private static final int MOST_OF_A_BUCKET = 16;

    private final int nBuckets;
    private final Map<Integer, List<ByteString>> keys = new HashMap<>();

    /** An empty book of a cluster of {@code nBuckets} buckets. */
    public KeyBook(int nBuckets) {
        this.nBuckets = nBuckets;
    }

    /** The bucket of {@code key}. */
    public int bucketOf(ByteString key) {
        return Key2BucketID.of(key, nBuckets);
    }

    /** The watched keys of the bucket of {@code key}, which becomes one if there is room. */
    List<ByteString> neighboursOf(ByteString key) {
        List<ByteString> neighbours = keys.computeIfAbsent(bucketOf(key), bucket -> new ArrayList<>());
        if (neighbours.size() < MOST_OF_A_BUCKET && !neighbours.contains(key)) {
            neighbours.add(key);
        }
        return neighbours;
    }
}
