// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.raft.Snapshot;
import io.multiraft.raft.StateMachine;
import io.multiraft.raft.rpc.InstallSnapshotRequest;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.WriteBatch;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** {@link SnapshotSender} and {@link SnapshotReceiver} together. */
class SnapshotTransferTest {
    private static final Address LEADER = new Address("n1");

    private final MemoryStorage source = new MemoryStorage(MemoryStorage.Image.EMPTY);
    private final MemoryStorage target = new MemoryStorage(MemoryStorage.Image.EMPTY);
    private final SnapshotReceiver receiver = new SnapshotReceiver(target);

    @Property(seed = "20261125")
    void allRecordsArriveInChunksOfLimitedSizeWhateverIsRepeated(
            @ForAll @Size(max = 30) List<@IntRange(min = 0, max = 200) Integer> sizes,
            @ForAll @IntRange(min = 1, max = 500) int maxBytes,
            @ForAll @Size(max = 30) List<Boolean> repeated) {
        fill(sizes);
        SnapshotSender sender = sender(7, maxBytes);
        for (int chunks = 0; ; chunks++) {
            InstallSnapshotRequest chunk = sender.chunkToSend(0);
            assertThat(chunk.getSerializedSize() <= maxBytes + 40 || chunk.getRecordsCount() == 1)
                    .isTrue();
            boolean complete = receiver.accept(chunk);
            if (complete) {
                break;
            }
            if (chunks < repeated.size() && repeated.get(chunks)) {
                assertThat(receiver.accept(chunk)).isFalse();
            }
            assertThat(chunks).isLessThan(sizes.size());
            sender.moveTo(receiver.nextOffset());
        }
        assertThat(arrived()).isEqualTo(source.image().toMap().getOrDefault(StateMachine.KEYSPACE, Map.of()));
        receiver.forget();
    }

    @Test
    void aReceiverThatHasRestartedGetsEverythingFromTheBeginning() {
        fill(List.of(50, 50, 50, 50));
        SnapshotSender sender = sender(7, 60);
        receiver.accept(sender.chunkToSend(0));
        sender.moveTo(receiver.nextOffset());
        receiver.accept(sender.chunkToSend(0));
        sender.moveTo(receiver.nextOffset());

        SnapshotReceiver restarted = new SnapshotReceiver(target);
        assertThat(restarted.accept(sender.chunkToSend(0))).isFalse();
        assertThat(restarted.nextOffset()).isZero();
        sender.moveTo(0);
        while (!restarted.accept(sender.chunkToSend(0))) {
            sender.moveTo(restarted.nextOffset());
        }
        assertThat(arrived()).hasSize(4);
    }

    @Test
    void aChunkOfAnotherSnapshotBeginsAnew() {
        fill(List.of(50, 50));
        SnapshotSender first = sender(7, 60);
        receiver.accept(first.chunkToSend(0));
        first.moveTo(1);

        fill(List.of(50, 50, 50));
        SnapshotSender second = sender(9, 60);
        assertThat(receiver.accept(second.chunkToSend(0))).isFalse();
        assertThat(arrived()).hasSize(1);
        assertThat(receiver.accept(first.chunkToSend(0))).isFalse();
        assertThat(receiver.nextOffset()).isZero();
        assertThat(arrived()).isEmpty();
    }

    @Test
    void theSnapshotStaysTheSameWhileTheStateGoesOn() {
        fill(List.of(50, 50));
        SnapshotSender sender = sender(7, 60);
        receiver.accept(sender.chunkToSend(0));
        source.write(
                Durability.RELAXED,
                WriteBatch.builder().clear(StateMachine.KEYSPACE).build());
        sender.moveTo(receiver.nextOffset());
        assertThat(receiver.accept(sender.chunkToSend(0))).isTrue();
        assertThat(arrived()).hasSize(2);
    }

    @Test
    void aSnapshotWithoutRecordsIsOneEmptyChunk() {
        assertThat(receiver.accept(sender(7, 60).chunkToSend(0))).isTrue();
    }

    @Test
    void anAnswerToAnotherChunkIsToldApart() {
        fill(List.of(50, 50));
        SnapshotSender sender = sender(7, 60);
        InstallSnapshotRequest first = sender.chunkToSend(0);
        assertThat(sender.isAt(first)).isTrue();
        sender.moveTo(1);
        assertThat(sender.isAt(first)).isFalse();
        assertThat(sender(8, 60).isAt(first)).isFalse();
    }

    @Test
    void aChunkIsOverdueSomeTimeAfterItWasSentLast() {
        SnapshotSender sender = sender(7, 60);
        sender.chunkToSend(1_000_000);
        assertThat(sender.isOverdue(1_100_000)).isFalse();
        assertThat(sender.isOverdue(1_300_000)).isTrue();
        sender.chunkToSend(1_300_000);
        assertThat(sender.isOverdue(1_400_000)).isFalse();
    }

    private void fill(List<Integer> sizes) {
        WriteBatch.Builder batch = WriteBatch.builder().clear(StateMachine.KEYSPACE);
        for (int i = 0; i < sizes.size(); i++) {
            batch.put(StateMachine.KEYSPACE, Keys.ofLong(i), ByteString.copyFrom(new byte[sizes.get(i)]));
        }
        source.write(Durability.RELAXED, batch.build());
    }

    private SnapshotSender sender(long lastIncludedIndex, int maxBytes) {
        RaftLog log = new RaftLog();
        log.restartBehind(lastIncludedIndex, 2);
        return new SnapshotSender(new Snapshot(lastIncludedIndex, source.view()), log, 3, LEADER, maxBytes);
    }

    private Map<ByteString, ByteString> arrived() {
        return target.image().toMap().getOrDefault(SnapshotReceiver.KEYSPACE, Map.of());
    }
}
