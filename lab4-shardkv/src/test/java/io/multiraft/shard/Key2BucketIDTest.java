// SPDX-License-Identifier: Apache-2.0
package io.multiraft.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Which bucket a key belongs to. */
class Key2BucketIDTest {

    @Test
    void itIsTheChecksumOfTheStandardAsAnUnsignedNumber() {
        // the check value of CRC-32: 0xcbf43926, which is negative as an int
        ByteString check = ByteString.copyFromUtf8("123456789");
        assertThat(Key2BucketID.of(check, 10)).isEqualTo((int) (0xcbf43926L % 10));
        assertThat(Key2BucketID.of(check, Config.MAX_BUCKETS)).isEqualTo(0x3926);
        assertThat(Key2BucketID.of(ByteString.EMPTY, 10)).isZero();
    }

    @Property(seed = "20261125")
    void everyKeyHasABucket(@ForAll byte[] key, @ForAll @IntRange(min = 1, max = Config.MAX_BUCKETS) int nBuckets) {
        assertThat(Key2BucketID.of(ByteString.copyFrom(key), nBuckets)).isBetween(0, nBuckets - 1);
    }
}
