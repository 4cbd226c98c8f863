// SPDX-License-Identifier: Apache-2.0
package io.multiraft.solutions.lab2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.multiraft.kv.KvLimits;
import io.multiraft.kv.rpc.ErrorCode;
import io.multiraft.kv.rpc.KvCommand;
import io.multiraft.kv.rpc.KvReply;
import io.multiraft.kv.rpc.Operation;
import io.multiraft.service.Answer;
import io.multiraft.storage.MemoryStorage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

class StoreTest {
    private static final KvLimits TINY = new KvLimits(3, 5);

    private final Store store = new Store(TINY);
    private final AppliedState state = new AppliedState(new MemoryStorage(MemoryStorage.Image.EMPTY));

    @Test
    void whatIsPutIsFound() {
        assertThat(execute(Operation.PUT, "k", "v")).isEqualTo(ok(""));
        assertThat(execute(Operation.GET, "k", "")).isEqualTo(ok("v"));
        execute(Operation.PUT, "k", "w");
        assertThat(execute(Operation.GET, "k", "")).isEqualTo(ok("w"));
    }

    @Test
    void anAppendToNothingIsAPut() {
        assertThat(execute(Operation.APPEND, "k", "ab")).isEqualTo(ok(""));
        execute(Operation.APPEND, "k", "ab");
        assertThat(execute(Operation.GET, "k", "")).isEqualTo(ok("abab"));
    }

    @Test
    void anEmptyValueIsAValueAndAnEmptyKeyIsAKey() {
        execute(Operation.PUT, "", "");
        assertThat(execute(Operation.GET, "", "")).isEqualTo(ok(""));
        assertThat(execute(Operation.DELETE, "", "")).isEqualTo(ok(""));
        assertThat(execute(Operation.GET, "", "")).isEqualTo(error(ErrorCode.NO_SUCH_KEY));
    }

    @Test
    void whatIsNotThereCannotBeDeleted() {
        assertThat(execute(Operation.DELETE, "k", "")).isEqualTo(error(ErrorCode.NO_SUCH_KEY));
    }

    @Test
    void keysAreLimitedInEveryCommand() {
        for (Operation operation : List.of(Operation.GET, Operation.PUT, Operation.APPEND, Operation.DELETE)) {
            assertThat(execute(operation, "long", "v")).isEqualTo(tooLarge(3));
        }
        assertThat(execute(Operation.PUT, "thr", "v")).isEqualTo(ok(""));
        assertThat(read(Operation.GET, "long")).isEqualTo(tooLarge(3));
    }

    @Test
    void valuesAreLimitedAndSoIsWhatAnAppendMakes() {
        assertThat(execute(Operation.PUT, "k", "sixsix")).isEqualTo(tooLarge(5));
        assertThat(execute(Operation.GET, "k", "")).isEqualTo(error(ErrorCode.NO_SUCH_KEY));
        assertThat(execute(Operation.PUT, "k", "fives")).isEqualTo(ok(""));
        assertThat(execute(Operation.APPEND, "k", "x")).isEqualTo(tooLarge(5));
        assertThat(execute(Operation.APPEND, "k", "")).isEqualTo(ok(""));
        assertThat(execute(Operation.GET, "k", "")).isEqualTo(ok("fives"));
    }

    @Test
    void refusalsAreFinalToo() {
        ByteString tooLong = command(Operation.PUT, "k", "sixsix").toByteString();
        assertThat(store.execute(tooLong, state).recorded()).isTrue();
    }

    @Test
    void whatIsNoCommandGetsAnAnswerThatSaysSo() {
        KvReply bad = error(ErrorCode.BAD_COMMAND);
        ByteString noise = ByteString.copyFrom(new byte[] {1, 2, 3});
        ByteString unknown =
                KvCommand.newBuilder().setOperationValue(17).build().toByteString();
        for (ByteString command : List.of(noise, unknown)) {
            assertThat(decode(store.execute(command, state).reply())).isEqualTo(bad);
            assertThat(decode(store.read(command, state))).isEqualTo(bad);
        }
        assertThat(read(Operation.PUT, "k")).isEqualTo(bad);
    }

    @Test
    void aReadSeesWhatIsThere() {
        assertThat(read(Operation.GET, "k")).isEqualTo(error(ErrorCode.NO_SUCH_KEY));
        execute(Operation.PUT, "k", "v");
        assertThat(read(Operation.GET, "k")).isEqualTo(ok("v"));
    }

    // ---- against a model -------------------------------------------------------------------------------------------

    @Property(seed = "20261125")
    void theStoreDoesWhatAMapDoes(@ForAll("commands") List<KvCommand> commands) {
        Map<String, String> model = new TreeMap<>();
        AppliedState own = new AppliedState(new MemoryStorage(MemoryStorage.Image.EMPTY));
        for (KvCommand command : commands) {
            KvReply expected = model(command, model);
            assertThat(decode(store.execute(command.toByteString(), own).reply()))
                    .as("%s", command)
                    .isEqualTo(expected);
            if (command.getOperation() == Operation.GET) {
                assertThat(decode(store.read(command.toByteString(), own))).isEqualTo(expected);
            }
        }
        model.forEach((key, value) -> assertThat(own.get(text(key))).contains(text(value)));
    }

    @Provide
    Arbitrary<List<KvCommand>> commands() {
        Arbitrary<Operation> operations =
                Arbitraries.of(Operation.GET, Operation.PUT, Operation.APPEND, Operation.APPEND, Operation.DELETE);
        Arbitrary<String> keys =
                Arbitraries.frequency(Tuple.of(9, "a"), Tuple.of(9, "ab"), Tuple.of(9, ""), Tuple.of(2, "long"));
        Arbitrary<String> values = Arbitraries.strings().withChars('x', 'y').ofMaxLength(6);
        return Combinators.combine(operations, keys, values)
                .as(StoreTest::command)
                .list()
                .ofMaxSize(60);
    }

    private static KvReply model(KvCommand command, Map<String, String> model) {
        String key = command.getKey().toStringUtf8();
        String old = model.get(key);
        if (key.length() > TINY.maxKeyBytes()) {
            return tooLarge(TINY.maxKeyBytes());
        } else if (command.getOperation() == Operation.GET) {
            return old == null ? error(ErrorCode.NO_SUCH_KEY) : ok(old);
        } else if (command.getOperation() == Operation.DELETE) {
            return model.remove(key) == null ? error(ErrorCode.NO_SUCH_KEY) : ok("");
        }
        String before = command.getOperation() == Operation.APPEND && old != null ? old : "";
        String value = before + command.getValue().toStringUtf8();
        if (value.length() > TINY.maxValueBytes()) {
            return tooLarge(TINY.maxValueBytes());
        }
        model.put(key, value);
        return ok("");
    }

    // ---- speaking --------------------------------------------------------------------------------------------------

    private KvReply execute(Operation operation, String key, String value) {
        Answer answer = store.execute(command(operation, key, value).toByteString(), state);
        return decode(answer.reply());
    }

    private KvReply read(Operation operation, String key) {
        return decode(store.read(command(operation, key, "").toByteString(), state));
    }

    private static KvCommand command(Operation operation, String key, String value) {
        return KvCommand.newBuilder()
                .setOperation(operation)
                .setKey(text(key))
                .setValue(text(value))
                .build();
    }

    private static KvReply ok(String value) {
        return KvReply.newBuilder().setValue(text(value)).build();
    }

    private static KvReply error(ErrorCode code) {
        return KvReply.newBuilder().setError(code).build();
    }

    private static KvReply tooLarge(int limit) {
        return KvReply.newBuilder()
                .setError(ErrorCode.TOO_LARGE)
                .setLimitBytes(limit)
                .build();
    }

    private static KvReply decode(ByteString reply) {
        try {
            return KvReply.parseFrom(reply);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
