// SPDX-License-Identifier: Apache-2.0
package io.multiraft.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.multiraft.node.Address;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which group owns which bucket, and where the servers of each group are (book, chapter 6). Immutable. Written as JSON by
 * {@link ConfigJson}, as bytes by {@link ConfigEncoding}.
 *
 * @param version 0 for the first one; each change makes the next
 * @param buckets gid of the owner of each bucket; {@link #NOBODY} if it has none
 * @param groups addresses of the servers of each group, by gid, in numeric order
 */
@JsonPropertyOrder({"Version", "Buckets", "Groups"})
public record Config(
        @JsonProperty("Version") long version,
        @JsonProperty("Buckets") List<Long> buckets,
        @JsonProperty("Groups") SortedMap<Long, List<Address>> groups) {

    /** The owner of a bucket that no group owns. */
    public static final long NOBODY = 0;

    /** How many buckets there are unless the one who creates the cluster says otherwise. */
    public static final int DEFAULT_BUCKETS = 10;

    /** There are never more buckets. */
    public static final int MAX_BUCKETS = 65_536;

    /** No address is longer, in characters. */
    public static final int MAX_ADDRESS_LENGTH = 300;

    /** No configuration is longer than this, as {@link ConfigEncoding} writes it: it fits a record and a message. */
    public static final int MAX_ENCODED_BYTES = 600 << 10;

    /**
     * Any configuration, also one that no config server should ever make: whether owners are groups, and buckets spread
     * evenly, is not looked at here.
     *
     * @throws IllegalArgumentException if the version is negative, or the number of buckets not allowed
     */
    public Config {
        if (version < 0) {
            throw new IllegalArgumentException("a version is not negative: " + version);
        }
        checkBuckets(buckets.size());
        buckets = List.copyOf(buckets);
        groups = copyOf(groups);
    }

    /**
     * What a cluster begins with: version 0, no groups, and nobody owns a bucket.
     *
     * @param nBuckets 1 to {@link #MAX_BUCKETS}
     */
    public static Config initial(int nBuckets) {
        checkBuckets(nBuckets);
        return new Config(0, Collections.nCopies(nBuckets, NOBODY), new TreeMap<>());
    }

    private static void checkBuckets(int nBuckets) {
        if (nBuckets < 1 || nBuckets > MAX_BUCKETS) {
            throw new IllegalArgumentException("there must be 1 to " + MAX_BUCKETS + " buckets, not " + nBuckets);
        }
    }

    private static SortedMap<Long, List<Address>> copyOf(SortedMap<Long, List<Address>> groups) {
        SortedMap<Long, List<Address>> copy = new TreeMap<>();
        groups.forEach((gid, addresses) -> copy.put(gid, List.copyOf(addresses)));
        return Collections.unmodifiableSortedMap(copy);
    }
}
