// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.raft.StateMachine;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Durability;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.StoredRecord;
import io.multiraft.storage.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppliedStateTest {
    private final MemoryStorage storage = new MemoryStorage(MemoryStorage.Image.EMPTY);
    private final AppliedState state = new AppliedState(storage);

    @Test
    void aRestartedStateIsTheSame() {
        state.put(text("k"), text("v"));
        state.sessions().executed(0, 7, 3, text("reply"));
        state.applied(1, 30);
        state.applied(2, 12);
        AppliedState restarted = new AppliedState(new MemoryStorage(storage.image()));
        restarted.load();
        assertThat(restarted.appliedIndex()).isEqualTo(2);
        assertThat(restarted.appliedBytes()).isEqualTo(42);
        assertThat(restarted.get(text("k"))).contains(text("v"));
        assertThat(restarted.sessions().of(0, 7)).isPresent();
    }

    @Test
    void noIndexIsAppliedTwiceOrLeftOut() {
        state.applied(1, 1);
        assertThatThrownBy(() -> state.applied(1, 1)).hasMessage("index 1 is applied behind index 1");
        assertThatThrownBy(() -> state.applied(3, 1)).hasMessage("index 3 is applied behind index 1");
    }

    @Test
    void anAppliedIndexThatCannotBeReadIsAnError() {
        state.applied(1, 1);
        StoredRecord only = all(storage).get(0);
        storage.write(Durability.RELAXED, WriteBatch.put(StateMachine.KEYSPACE, only.key(), text("?")));
        assertThatThrownBy(() -> new AppliedState(storage).load()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theStateOfASnapshotLeavesNothingOfTheOwn() {
        state.put(text("mine"), text("1"));
        state.sessions().executed(0, 1, 1, text("mine"));
        state.applied(1, 1);
        MemoryStorage otherStorage = new MemoryStorage(MemoryStorage.Image.EMPTY);
        AppliedState other = new AppliedState(otherStorage);
        other.put(text("theirs"), text("2"));
        for (int index = 1; index <= 9; index++) {
            other.applied(index, 5);
        }
        for (StoredRecord stored : all(otherStorage)) {
            storage.write(Durability.RELAXED, WriteBatch.put("incoming", stored.key(), stored.value()));
        }
        state.replaceBy("incoming");
        assertThat(state.appliedIndex()).isEqualTo(9);
        assertThat(state.appliedBytes()).isEqualTo(45);
        assertThat(state.get(text("mine"))).isEmpty();
        assertThat(state.get(text("theirs"))).contains(text("2"));
        assertThat(state.sessions().of(0, 1)).isEmpty();
        assertThat(all(storage)).isEqualTo(all(otherStorage));
    }

    @Test
    void recordsOfTheApplicationAreScannedAndDroppedInKeyOrder() {
        for (String key : List.of("", "a", "b", "b1", "c", "\u00ff")) {
            state.put(text(key), text("v"));
        }
        state.sessions().executed(0, 1, 1, text("r"));
        state.applied(1, 1);
        assertThat(keys("", "")).containsExactly("", "a", "b", "b1", "c", "\u00ff");
        assertThat(keys("a", "c")).containsExactly("a", "b", "b1");
        state.deleteRange(text("b"), text("c"));
        assertThat(keys("", "")).containsExactly("", "a", "c", "\u00ff");
        state.deleteRange(text("b"), ByteString.EMPTY);
        assertThat(keys("", "")).containsExactly("", "a");
        state.deleteRange(ByteString.EMPTY, ByteString.EMPTY);
        assertThat(keys("", "")).isEmpty();
        assertThat(state.sessions().of(0, 1)).isPresent();
        assertThat(all(storage)).hasSize(2);
    }

    private List<String> keys(String from, String to) {
        List<String> keys = new ArrayList<>();
        try (Cursor cursor = state.scan(text(from), text(to))) {
            cursor.forEachRemaining(stored -> keys.add(stored.key().toStringUtf8()));
        }
        return keys;
    }

    private static List<StoredRecord> all(MemoryStorage storage) {
        List<StoredRecord> records = new ArrayList<>();
        try (Cursor cursor = storage.scan(StateMachine.KEYSPACE)) {
            cursor.forEachRemaining(records::add);
        }
        return records;
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
