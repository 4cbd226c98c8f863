// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.multiraft.service.Outcome;
import io.multiraft.service.record.Session;
import io.multiraft.storage.Cursor;
import io.multiraft.storage.Keys;
import io.multiraft.storage.MemoryStorage;
import io.multiraft.storage.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final MemoryStorage storage = new MemoryStorage(MemoryStorage.Image.EMPTY);
    private final Sessions sessions = new Sessions(new Records(storage, "data", Keys.ofText("session/")));

    @Test
    void aNewCommandIsToBeExecuted() {
        assertThat(Sessions.answerFrom(Optional.empty(), 1)).isEmpty();
        assertThat(Sessions.answerFrom(Optional.of(session(4, "x")), 5)).isEmpty();
        assertThat(Sessions.answerFrom(Optional.of(session(4, "x")), 900)).isEmpty();
    }

    @Test
    void aRepeatedCommandGetsTheReplyOfTheFirstTime() {
        assertThat(Sessions.answerFrom(Optional.of(session(4, "x")), 4)).contains(new Outcome.Answered(text("x")));
    }

    @Test
    void anEarlierCommandIsSuperseded() {
        assertThat(Sessions.answerFrom(Optional.of(session(4, "x")), 3)).contains(new Outcome.Superseded());
    }

    @Property(seed = "20261125")
    void clientsAndScopesAreToldApartByAll64Bits(@ForAll long id, @ForAll long other) {
        Sessions those = new Sessions(
                new Records(new MemoryStorage(MemoryStorage.Image.EMPTY), "data", Keys.ofText("session/")));
        those.executed(7, id, 1, text("first"));
        those.executed(8, id, 2, text("second"));
        if (other != id) {
            those.executed(7, other, 3, text("third"));
        }
        assertThat(those.of(7, id)).contains(session(1, "first"));
        assertThat(those.of(8, id)).contains(session(2, "second"));
        assertThat(those.of(id, 7).isPresent()).isEqualTo(id == 7);
    }

    @Test
    void idsThatAgreeInTheirLow32BitsAreDifferentClients() {
        sessions.executed(0, 5, 1, text("a"));
        assertThat(sessions.of(0, 5 + (1L << 32))).isEmpty();
    }

    @Test
    void sessionsTravelToAnotherScopeAndTheNewerOneStays() {
        sessions.executed(1, 10, 3, text("ten"));
        sessions.executed(1, -11, 8, text("eleven"));
        sessions.executed(2, 10, 4, text("newer"));
        sessions.executed(2, -11, 7, text("older"));
        list(1, ByteString.EMPTY).forEach(session -> sessions.merge(2, session));
        assertThat(sessions.of(2, 10)).contains(session(4, "newer"));
        assertThat(sessions.of(2, -11)).contains(session(8, "eleven"));
        assertThat(list(2, ByteString.EMPTY)).hasSize(2);
    }

    @Test
    void theListGoesOnFromAKeyThatItGave() {
        sessions.executed(1, 10, 1, text("a"));
        sessions.executed(1, 20, 1, text("b"));
        sessions.executed(1, -1, 1, text("c"));
        List<StoredRecord> all = list(1, ByteString.EMPTY);
        assertThat(all).hasSize(3);
        assertThat(list(1, all.get(1).key())).isEqualTo(all.subList(1, 3));
    }

    @Test
    void dropForgetsOneScopeOnly() {
        for (long scope : new long[] {-1, 0, 1, 255, 256}) {
            sessions.executed(scope, 1, 1, text("a"));
        }
        sessions.drop(255);
        assertThat(sessions.of(255, 1)).isEmpty();
        for (long scope : new long[] {-1, 0, 1, 256}) {
            assertThat(sessions.of(scope, 1)).isPresent();
        }
        sessions.drop(-1);
        assertThat(sessions.of(-1, 1)).isEmpty();
    }

    private List<StoredRecord> list(long scope, ByteString from) {
        List<StoredRecord> records = new ArrayList<>();
        try (Cursor cursor = sessions.all(scope, from)) {
            cursor.forEachRemaining(records::add);
        }
        return records;
    }

    private static Session session(long sequence, String reply) {
        return Session.newBuilder().setSequence(sequence).setReply(text(reply)).build();
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
