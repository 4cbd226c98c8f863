// SPDX-License-Identifier: Apache-2.0
package io.multiraft.grader.check.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.multiraft.grader.check.Property;
import io.multiraft.grader.check.Violation;
import io.multiraft.kv.KvResult;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.Operation;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KvRecordTest {
    private final KvRecord record = new KvRecord();
    private long now;

    private void done(int client, Operation operation, String key, String value, KvResult result) {
        KvCommand command = KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        int number = record.called(client, command, now += 1_000);
        record.returned(number, result, now += 1_000);
    }

    private static KvResult found(String value) {
        return new KvResult.Found(ByteString.copyFromUtf8(value));
    }

    @Test
    void anOldValueAfterAnAcknowledgedPutIsAViolationWithAPicture() {
        done(1, Operation.PUT, "x", "1", new KvResult.Done());
        done(2, Operation.GET, "x", "", new KvResult.NoSuchKey());

        assertThatThrownBy(record::isLinearizable).isInstanceOfSatisfying(Violation.class, violation -> {
            assertThat(violation.property()).isEqualTo(Property.LINEARIZABILITY);
            assertThat(violation.picture())
                    .hasValueSatisfying(page -> assertThat(page.get())
                            .startsWith("<!DOCTYPE html>")
                            .contains("a history that is not linearizable"));
        });
    }

    @Test
    void anUnansweredPutMayTakeEffectOrNot() {
        done(1, Operation.PUT, "x", "1", new KvResult.GaveUp("nobody answered"));
        done(2, Operation.GET, "x", "", new KvResult.NoSuchKey());
        done(2, Operation.GET, "x", "", found("1"));

        record.isLinearizable();
    }

    @Test
    void aTokenThatIsThereTwiceIsSeenAtOnce() {
        String token = KvRecord.token(1, 1);
        done(1, Operation.APPEND, KvRecord.TOKENS, token, new KvResult.Done());

        assertThatThrownBy(() -> done(2, Operation.GET, KvRecord.TOKENS, "", found(token + token)))
                .isInstanceOfSatisfying(
                        Violation.class,
                        violation -> assertThat(violation.property()).isEqualTo(Property.EXACTLY_ONCE));
    }

    @Test
    void anAcknowledgedAppendThatIsNotThereInTheEndIsLost() {
        done(1, Operation.APPEND, KvRecord.TOKENS, KvRecord.token(1, 1), new KvResult.Done());

        assertThatThrownBy(() -> record.nothingIsLost(KvRecord.TOKENS, Optional.empty()))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("acknowledged");
    }
}
