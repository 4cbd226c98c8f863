// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.config.Config;
import io.multiraft.storage.StoredRecord;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Where the records of a bucket are. */
class BucketKeysTest {
    private static final ByteString VALUE = ByteString.copyFromUtf8("value");

    /** Any bytes, often such as are found in ids and separators. */
    @Provide
    Arbitrary<ByteString> keys() {
        Arbitrary<Byte> bytes = Arbitraries.oneOf(
                Arbitraries.bytes(), Arbitraries.of((byte) 0, (byte) 1, (byte) '/', (byte) '0', (byte) 0xff));
        return bytes.array(byte[].class).ofMaxSize(12).map(ByteString::copyFrom);
    }

    @Provide
    Arbitrary<Integer> ids() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, Config.MAX_BUCKETS - 1),
                Arbitraries.of(0, 1, 2, 10, 47, 48, 255, 256));
    }

    @Property(seed = "20261125")
    void idAndKeyCanBeToldApart(
            @ForAll("ids") int id,
            @ForAll("keys") ByteString key,
            @ForAll("ids") int other,
            @ForAll("keys") ByteString otherKey) {
        assertThat(BucketKeys.keyIn(BucketKeys.of(id, key))).isEqualTo(key);
        boolean same = id == other && key.equals(otherKey);
        assertThat(BucketKeys.of(id, key).equals(BucketKeys.of(other, otherKey)))
                .isEqualTo(same);
    }

    @Property(seed = "20261125")
    void aBucketIsScannedAndClearedWithoutItsNeighbours(
            @ForAll("ids") int id,
            @ForAll("keys") ByteString key,
            @ForAll("ids") int other,
            @ForAll("keys") ByteString otherKey) {
        MemoryState state = new MemoryState();
        for (int neighbour : new int[] {id - 1, id + 1, other}) {
            if (neighbour >= 0 && neighbour != id) {
                new BucketView(state, neighbour).put(otherKey, VALUE);
                state.session(neighbour, "client", 1);
            }
        }
        state.put(ByteString.copyFromUtf8("status/"), VALUE);
        MemoryState without = new MemoryState();
        state.content().getOrDefault("records", Map.of()).forEach(without::put);
        new BucketView(state, id).put(key, VALUE);
        state.session(id, "client", 1);
        assertThat(state.bucket(id)).containsExactly(new StoredRecord(key, VALUE));
        new BucketView(state, id).clear();
        assertThat(state.content().get("records")).isEqualTo(without.content().get("records"));
        assertThat(state.session(id, "client")).isEmpty();
        assertThat(state.session(id + 1, "client")).contains(1L);
    }

    @Property(seed = "20261125")
    void keysOfABucketKeepTheirOrder(
            @ForAll("ids") int id, @ForAll("keys") ByteString a, @ForAll("keys") ByteString b) {
        assertThat(Integer.signum(compare(BucketKeys.of(id, a), BucketKeys.of(id, b))))
                .isEqualTo(Integer.signum(compare(a, b)));
    }

    @Test
    void theViewKeepsRangesWithinTheBucket() {
        MemoryState state = new MemoryState();
        BucketView view = new BucketView(state, 3);
        for (String key : List.of("a", "b", "c", "d")) {
            view.put(ByteString.copyFromUtf8(key), VALUE);
            new BucketView(state, 4).put(ByteString.copyFromUtf8(key), VALUE);
        }
        view.deleteRange(ByteString.copyFromUtf8("b"), ByteString.copyFromUtf8("d"));
        assertThat(state.bucket(3))
                .extracting(each -> each.key().toStringUtf8())
                .containsExactly("a", "d");
        view.deleteRange(ByteString.copyFromUtf8("b"), ByteString.EMPTY);
        assertThat(state.bucket(3))
                .extracting(each -> each.key().toStringUtf8())
                .containsExactly("a");
        view.delete(ByteString.copyFromUtf8("a"));
        assertThat(state.bucket(3)).isEmpty();
        assertThat(state.bucket(4)).hasSize(4);
    }

    private static int compare(ByteString a, ByteString b) {
        return ByteString.unsignedLexicographicalComparator().compare(a, b);
    }
}
