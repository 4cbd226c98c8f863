// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * What was changed since the last commit, in order, as bytes: a record of the {@link CommitLog}.
 *
 * <p>A change is its kind (one byte) and one or two strings of bytes, each behind its length (a varint): put of a key and a
 * value, delete of a key, forget of a first key and the one behind the last.
 */
final class ChangeList {
    private static final byte PUT = 1;
    private static final byte DELETE = 2;
    private static final byte FORGET = 3;

    private final ByteString.Output bytes = ByteString.newOutput();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    /** The record has this value from now on, or is not there any more. */
    void set(PhysicalKey key, Optional<ByteString> value) {
        add(value.isPresent() ? PUT : DELETE, key);
        value.ifPresent(each -> write(() -> out.writeBytesNoTag(each)));
    }

    /** All keys in the range are deleted, and what waits of them need not get to LevelDB. */
    void forget(KeyRange range) {
        add(FORGET, range.first());
        write(() -> out.writeByteArrayNoTag(range.behind().bytes()));
    }

    private void add(byte kind, PhysicalKey key) {
        write(() -> {
            out.writeRawByte(kind);
            out.writeByteArrayNoTag(key.bytes());
        });
    }

    /** Length in bytes so far. */
    int size() {
        return out.getTotalBytesWritten();
    }

    /** All of it. */
    byte[] toBytes() {
        write(out::flush);
        return bytes.toByteString().toByteArray();
    }

    /**
     * Does the changes of a list again.
     *
     * @param list as {@link #toBytes} gave it
     * @param records what LevelDB does not hold yet; an empty value is a delete
     * @throws IOException if it is none
     */
    static void replay(byte[] list, NavigableMap<PhysicalKey, Optional<ByteString>> records) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(list);
        while (!in.isAtEnd()) {
            byte kind = in.readRawByte();
            PhysicalKey key = PhysicalKey.wrap(in.readByteArray());
            switch (kind) {
                case PUT -> records.put(key, Optional.of(UnsafeByteOperations.unsafeWrap(in.readByteArray())));
                case DELETE -> records.put(key, Optional.empty());
                // not forgotten here: if LevelDB has lost a batch, it may hold what was no more when this was forgotten
                case FORGET ->
                    new KeyRange(key, PhysicalKey.wrap(in.readByteArray()))
                            .of(records)
                            .replaceAll((each, value) -> Optional.empty());
                default -> throw new IOException("it has a change of the unknown kind " + kind);
            }
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    private static void write(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is in memory
        }
    }
}
