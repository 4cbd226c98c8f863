// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An atomic change of one or several keyspaces; its operations take effect in order, all or none. Immutable.
 *
 * @param operations in the order in which they take effect
 */
public record WriteBatch(List<Operation> operations) {

    public WriteBatch {
        operations = List.copyOf(operations);
    }

    /** One step of a batch. */
    public sealed interface Operation permits Put, Delete, DeleteRange, Replace {}

    /** Stores {@code value} under {@code key}, in place of a former value. */
    public record Put(String keyspace, ByteString key, ByteString value) implements Operation {}

    /** Removes {@code key} if it is there. */
    public record Delete(String keyspace, ByteString key) implements Operation {}

    /** Removes all keys from {@code from} (inclusive) to {@code to} (exclusive; empty: to the end). */
    public record DeleteRange(String keyspace, ByteString from, ByteString to) implements Operation {}

    /**
     * Gives {@code target} the content of {@code source} and leaves {@code source} empty. Costs the same whatever the
     * size; the old content is dropped in the background.
     */
    public record Replace(String target, String source) implements Operation {}

    /** A batch that is empty so far. */
    public static Builder builder() {
        return new Builder();
    }

    /** A batch with one put. */
    public static WriteBatch put(String keyspace, ByteString key, ByteString value) {
        return builder().put(keyspace, key, value).build();
    }

    /** Collects the operations of a batch in order. */
    public static final class Builder {
        private final List<Operation> operations = new ArrayList<>();

        private Builder() {}

        /** See {@link Put}. */
        public Builder put(String keyspace, ByteString key, ByteString value) {
            return add(new Put(keyspace, key, Objects.requireNonNull(value, "value")));
        }

        /** See {@link Delete}. */
        public Builder delete(String keyspace, ByteString key) {
            return add(new Delete(keyspace, key));
        }

        /** See {@link DeleteRange}. */
        public Builder deleteRange(String keyspace, ByteString from, ByteString to) {
            return add(new DeleteRange(keyspace, from, to));
        }

        /** Removes all keys of {@code keyspace}. */
        public Builder clear(String keyspace) {
            return deleteRange(keyspace, ByteString.EMPTY, ByteString.EMPTY);
        }

        /** See {@link Replace}. */
        public Builder replace(String target, String source) {
            return add(new Replace(target, source));
        }

        /** The batch of all operations so far. */
        public WriteBatch build() {
            return new WriteBatch(operations);
        }

        private Builder add(Operation operation) {
            operations.add(operation);
            return this;
        }
    }
}
