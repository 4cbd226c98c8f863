// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.real;

import com.google.protobuf.ByteString;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.shard.Key2BucketID;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What clients do under load.
 *
 * @param kind of commands
 * @param keys as many different keys are used, each as likely as the others
 * @param valueBytes length of the values that are put
 * @param buckets each client keeps to the keys of one of so many buckets; 0: all use all keys
 */
public record Workload(Kind kind, int keys, int valueBytes, int buckets) {

    /** Kinds of commands. */
    public enum Kind {
        /** Puts only. */
        PUT,
        /** Gets only. */
        GET,
        /** As many puts as gets. */
        MIXED
    }

    /** The bucket that {@code client} keeps to, if there are buckets. */
    int bucketOf(int client) {
        return client % buckets;
    }

    /**
     * The keys of each bucket; if there are no buckets, all keys as if there was one.
     *
     * @throws IllegalArgumentException if a bucket has none
     */
    List<List<ByteString>> keysByBucket() {
        int count = Math.max(1, buckets);
        List<List<ByteString>> byBucket =
                Stream.<List<ByteString>>generate(ArrayList::new).limit(count).toList();
        IntStream.range(0, keys)
                .mapToObj(Workload::key)
                .forEach(key -> byBucket.get(Key2BucketID.of(key, count)).add(key));
        if (byBucket.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException(keys + " keys are too few for " + count + " buckets: one has none");
        }
        return byBucket;
    }

    /** A command on one of {@code its} keys. */
    KvCommand next(List<ByteString> its, RandomGenerator random, ByteString value) {
        boolean put = switch (kind) {
            case PUT -> true;
            case GET -> false;
            case MIXED -> random.nextBoolean();
        };
        ByteString key = its.get(random.nextInt(its.size()));
        return put ? put(key, value) : KvCommand.newBuilder().setKey(key).build();
    }

    /** Stores {@code value} under key number {@code number}. */
    static KvCommand put(int number, ByteString value) {
        return put(key(number), value);
    }

    private static KvCommand put(ByteString key, ByteString value) {
        return KvCommand.newBuilder()
                .setOperation(Operation.PUT)
                .setKey(key)
                .setValue(value)
                .build();
    }

    private static ByteString key(int number) {
        return ByteString.copyFromUtf8("bench/" + number);
    }
}
