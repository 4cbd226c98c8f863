// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab4;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.shard.rpc.Chunk;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A bucket in parts. */
class ChunksTest {
    private static final Handover HANDOVER = new Handover(3, 9);

    @Property(tries = 200, seed = "20261125")
    void thePartsTogetherAreTheBucketAndItsSessions(
            @ForAll @Size(max = 20) Map<Integer, @IntRange(max = 300) Integer> records,
            @ForAll @Size(max = 10) Map<Integer, @IntRange(min = 1, max = 300) Integer> sessions,
            @ForAll @IntRange(min = 1, max = 500) int maxBytes) {
        MemoryState source = new MemoryState();
        records.forEach((key, length) -> new BucketView(source, 3)
                .put(ByteString.copyFromUtf8("" + key), ByteString.copyFromUtf8("v".repeat(length))));
        sessions.forEach((client, sequence) -> source.session(3, "" + client, sequence));
        new BucketView(source, 4).put(ByteString.copyFromUtf8("other"), ByteString.EMPTY);
        MemoryState target = new MemoryState();
        new BucketView(target, 3).put(ByteString.copyFromUtf8("old"), ByteString.EMPTY);
        target.session(3, "old", 1);
        ByteString cursor = ByteString.EMPTY;
        Chunk chunk;
        do {
            chunk = Chunks.read(HANDOVER, cursor, source, maxBytes);
            assertThat(chunk.getRecordsCount() + chunk.getSessionsCount() <= 1
                            || chunk.getSerializedSize() <= maxBytes + 400)
                    .isTrue();
            assertThat(chunk.getDone() || chunk.getRecordsCount() + chunk.getSessionsCount() > 0)
                    .isTrue();
            Chunks.write(chunk, target);
            cursor = chunk.getNextCursor();
        } while (!chunk.getDone());
        assertThat(target.bucket(3)).isEqualTo(source.bucket(3));
        sessions.forEach(
                (client, sequence) -> assertThat(target.session(3, "" + client)).contains((long) sequence));
        assertThat(target.session(3, "old")).isEmpty();
        assertThat(target.bucket(4)).isEmpty();
    }

    @Test
    void anEmptyBucketIsOnePart() {
        Chunk chunk = Chunks.read(HANDOVER, ByteString.EMPTY, new MemoryState(), 100);
        assertThat(chunk.getDone()).isTrue();
        assertThat(chunk.getRecordsList()).isEmpty();
    }

    @Test
    void aPartIsNotLongerThanItMayBe() {
        MemoryState source = new MemoryState();
        for (int i = 0; i < 500; i++) {
            new BucketView(source, 3).put(ByteString.copyFromUtf8("key" + i), ByteString.copyFromUtf8("v".repeat(100)));
        }
        assertThat(Chunks.read(HANDOVER, ByteString.EMPTY, source, 5_000).getSerializedSize())
                .isBetween(4_000, 5_100);
    }
}
