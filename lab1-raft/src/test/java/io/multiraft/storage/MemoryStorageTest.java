// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MemoryStorageTest {
    private static final ByteString A = Keys.ofText("a");
    private static final ByteString B = Keys.ofText("b");

    @Test
    void readsSeeTheOwnWritesAtOnce() {
        MemoryStorage storage = new MemoryStorage(MemoryStorage.Image.EMPTY);
        storage.write(Durability.RELAXED, WriteBatch.put("data", A, B));
        assertThat(storage.get("data", A)).contains(B);
        assertThat(storage.get("raft", A)).isEmpty();
    }

    @Test
    void aViewSeesOneMoment() {
        MemoryStorage storage = new MemoryStorage(MemoryStorage.Image.EMPTY);
        storage.write(Durability.DURABLE, WriteBatch.put("data", A, A));
        try (StorageView view = storage.view()) {
            storage.write(Durability.DURABLE, WriteBatch.put("data", A, B));
            assertThat(view.get("data", A)).contains(A);
        }
        assertThat(storage.get("data", A)).contains(B);
    }

    @Test
    void aKeyspaceFilledAsideTakesThePlaceOfAnother() {
        MemoryStorage storage = new MemoryStorage(MemoryStorage.Image.EMPTY);
        storage.write(Durability.RELAXED, WriteBatch.put("data", A, A));
        storage.write(Durability.RELAXED, WriteBatch.put("aside", B, B));
        storage.write(
                Durability.DURABLE,
                WriteBatch.builder().replace("data", "aside").build());
        assertThat(keys(storage, "data")).containsExactly(B);
        assertThat(keys(storage, "aside")).isEmpty();
    }

    @Property(seed = "20261125")
    void everyBatchDoesWhatItDoesToAMapOfSortedMaps(@ForAll("batches") List<WriteBatch> batches) {
        MemoryStorage storage = new MemoryStorage(MemoryStorage.Image.EMPTY);
        Map<String, NavigableMap<String, ByteString>> model = new HashMap<>();
        for (WriteBatch batch : batches) {
            storage.write(Durability.RELAXED, batch);
            batch.operations().forEach(operation -> apply(model, operation));
            for (String keyspace : List.of("x", "y")) {
                assertThat(keys(storage, keyspace).stream().map(ByteString::toStringUtf8))
                        .containsExactlyElementsOf(
                                model.getOrDefault(keyspace, new TreeMap<>()).keySet());
            }
        }
    }

    private static void apply(Map<String, NavigableMap<String, ByteString>> model, WriteBatch.Operation operation) {
        if (operation instanceof WriteBatch.Put put) {
            model.computeIfAbsent(put.keyspace(), name -> new TreeMap<>())
                    .put(put.key().toStringUtf8(), put.value());
        } else if (operation instanceof WriteBatch.Delete delete) {
            model.getOrDefault(delete.keyspace(), new TreeMap<>())
                    .remove(delete.key().toStringUtf8());
        } else if (operation instanceof WriteBatch.DeleteRange range) {
            NavigableMap<String, ByteString> records = model.getOrDefault(range.keyspace(), new TreeMap<>());
            String to = range.to().toStringUtf8();
            records.keySet()
                    .removeIf(key ->
                            key.compareTo(range.from().toStringUtf8()) >= 0 && (to.isEmpty() || key.compareTo(to) < 0));
        } else if (operation instanceof WriteBatch.Replace replace) {
            NavigableMap<String, ByteString> records = model.remove(replace.source());
            model.put(replace.target(), records == null ? new TreeMap<>() : records);
        }
    }

    @Provide
    Arbitrary<List<WriteBatch>> batches() {
        Arbitrary<String> keyspace = Arbitraries.of("x", "y");
        Arbitrary<ByteString> key = Arbitraries.of("a", "ab", "b", "c", "d").map(Keys::ofText);
        Arbitrary<WriteBatch.Operation> put =
                Combinators.combine(keyspace, key).as((name, each) -> new WriteBatch.Put(name, each, each));
        Arbitrary<WriteBatch.Operation> delete =
                Combinators.combine(keyspace, key).as(WriteBatch.Delete::new);
        Arbitrary<WriteBatch.Operation> range = Combinators.combine(
                        keyspace, key, Arbitraries.oneOf(key, Arbitraries.just(ByteString.EMPTY)))
                .as(WriteBatch.DeleteRange::new);
        Arbitrary<WriteBatch.Operation> replace =
                keyspace.map(target -> new WriteBatch.Replace(target, target.equals("x") ? "y" : "x"));
        return Arbitraries.oneOf(put, put, put, delete, range, replace)
                .list()
                .ofMaxSize(4)
                .map(WriteBatch::new)
                .list()
                .ofMaxSize(12);
    }

    @Property(seed = "20261125")
    void numbersAreOrderedLikeTheirKeys(@ForAll long left, @ForAll long right) {
        long first = left & Long.MAX_VALUE;
        long second = right & Long.MAX_VALUE;
        int order = ByteString.unsignedLexicographicalComparator().compare(Keys.ofLong(first), Keys.ofLong(second));
        assertThat(Integer.signum(order)).isEqualTo(Long.compare(first, second));
        assertThat(Keys.toLong(Keys.ofLong(left), 0)).isEqualTo(left);
    }

    private static List<ByteString> keys(StorageReader storage, String keyspace) {
        List<ByteString> keys = new ArrayList<>();
        try (Cursor records = storage.scan(keyspace)) {
            records.forEachRemaining(each -> keys.add(each.key()));
        }
        return keys;
    }
}
