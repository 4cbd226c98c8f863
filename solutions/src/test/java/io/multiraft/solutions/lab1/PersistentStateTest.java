// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;
import io.multiraft.raft.rpc.LogEntry;
import io.multiraft.storage.Durability;
import io.multiraft.storage.Keys;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PersistentStateTest {
    private final MemoryStorage storage = new MemoryStorage(MemoryStorage.Image.EMPTY);
    private final PersistentState state = new PersistentState(storage);

    @Test
    void aFirstBootFindsTermZeroNoVoteAndAnEmptyLog() {
        assertThat(state.loadCurrentTerm()).isZero();
        assertThat(state.loadVotedFor()).isEmpty();
        assertThat(loadedLog(0).lastIndex()).isZero();
    }

    @Property(seed = "20261125")
    void termAndVoteComeBackAndANewTermForgetsTheVote(@ForAll @LongRange(min = 1) long term) {
        state.saveTermAndVote(term, Optional.of(new Address("n1")));
        assertThat(state.loadCurrentTerm()).isEqualTo(term);
        assertThat(state.loadVotedFor()).contains(new Address("n1"));

        state.saveTermAndVote(term, Optional.empty());
        assertThat(state.loadVotedFor()).isEmpty();
    }

    @Test
    void entriesComeBackInOrderEvenWhenTheirIndicesNeedMoreThanOneByte() {
        for (int index = 1; index <= 300; index++) {
            state.saveEntries(index, List.of(entry(index, "c" + index)));
        }
        RaftLog log = loadedLog(300);
        assertThat(log.lastIndex()).isEqualTo(300);
        assertThat(log.get(257).getCommand().toStringUtf8()).isEqualTo("c257");
        assertThat(log.lastTerm()).isEqualTo(300);
    }

    @Test
    void anAppendWritesTheNewEntriesAndNothingElse() {
        state.saveEntries(1, entries(1, 1, 1));
        Map<ByteString, ByteString> before = stored();
        state.saveEntries(4, entries(2));
        assertThat(stored()).hasSize(before.size() + 1).containsAllEntriesOf(before);
    }

    @Test
    void truncatedEntriesDoNotComeBack() {
        state.saveEntries(1, entries(1, 1, 2, 2));
        state.truncateFrom(3);
        assertThat(loadedLog(2).lastIndex()).isEqualTo(2);
        state.saveEntries(3, entries(3));
        assertThat(loadedLog(3).lastTerm()).isEqualTo(3);
    }

    @Test
    void aCompactedLogBeginsBehindItsBase() {
        state.saveEntries(1, entries(1, 1, 2, 2));
        state.compactTo(3, 2);
        RaftLog log = loadedLog(2);
        assertThat(log.baseIndex()).isEqualTo(3);
        assertThat(log.baseTerm()).isEqualTo(2);
        assertThat(log.lastIndex()).isEqualTo(4);
        assertThat(stored()).hasSize(2);
    }

    @Test
    void aSnapshotReplacesTheWholeLog() {
        state.saveEntries(1, entries(1, 1, 2, 2));
        state.restartBehind(3, 3);
        RaftLog log = loadedLog(3);
        assertThat(log.baseIndex()).isEqualTo(3);
        assertThat(log.lastIndex()).isEqualTo(3);
        assertThat(log.lastTerm()).isEqualTo(3);
    }

    // ---- damage ----------------------------------------------------------------------------------------------------

    @Test
    void aGapInTheLogIsAnError() {
        state.saveEntries(1, entries(1));
        state.saveEntries(3, entries(1));
        assertThatThrownBy(() -> loadedLog(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("index 3")
                .hasMessageContaining("behind index 1");
    }

    @Test
    void entriesBehindABaseThatIsLostAreAnError() {
        state.saveEntries(1, entries(1, 1, 2, 2));
        state.compactTo(3, 2);
        write(WriteBatch.builder().delete("raft", Keys.ofText("base")));
        assertThatThrownBy(() -> loadedLog(2)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void termsThatGoDownAreAnError() {
        state.saveEntries(1, entries(2, 1));
        assertThatThrownBy(() -> loadedLog(2)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLogThatIsNewerThanTheCurrentTermIsAnError() {
        state.saveEntries(1, entries(2));
        assertThatThrownBy(() -> loadedLog(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("term 2")
                .hasMessageContaining("is 1");
    }

    @Test
    void anUnreadableEntryOrNumberIsAnError() {
        state.saveEntries(1, entries(1));
        ByteString key = stored().keySet().iterator().next();
        write(WriteBatch.builder().put("raft", key, ByteString.copyFromUtf8("\u0007?")));
        assertThatThrownBy(() -> loadedLog(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("index 1");

        write(WriteBatch.builder().put("raft", Keys.ofText("currentTerm"), ByteString.EMPTY));
        assertThatThrownBy(state::loadCurrentTerm)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("currentTerm");
    }

    private RaftLog loadedLog(long currentTerm) {
        RaftLog log = new RaftLog();
        state.loadInto(log, currentTerm);
        return log;
    }

    private Map<ByteString, ByteString> stored() {
        return storage.image().toMap().get("raft");
    }

    private void write(WriteBatch.Builder batch) {
        storage.write(Durability.DURABLE, batch.build());
    }

    private static LogEntry entry(long term, String command) {
        return LogEntry.newBuilder()
                .setTerm(term)
                .setCommand(ByteString.copyFromUtf8(command))
                .build();
    }

    private static List<LogEntry> entries(int... terms) {
        List<LogEntry> entries = new ArrayList<>();
        for (int term : terms) {
            entries.add(entry(term, "c"));
        }
        return entries;
    }
}
