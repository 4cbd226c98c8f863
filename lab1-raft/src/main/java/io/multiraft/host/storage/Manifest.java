// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What LevelDB's manifest says: which files are the database.
 *
 * @param logNumber logs with a smaller number are not needed any more, except {@code previousLogNumber}
 * @param previousLogNumber 0 if there is none
 * @param tables sizes in bytes of all tables, by number
 */
record Manifest(long logNumber, long previousLogNumber, Map<Long, Long> tables) {

    /** Puts the edits together that a manifest consists of; see LevelDB's {@code version_edit.cc}. */
    static Manifest of(List<byte[]> edits) throws IOException {
        Builder builder = new Builder();
        for (byte[] edit : edits) {
            builder.apply(CodedInputStream.newInstance(edit));
        }
        return new Manifest(builder.logNumber, builder.previousLogNumber, builder.tables);
    }

    /** Whether the log with {@code number} belongs to the database. */
    boolean needsLog(long number) {
        return number >= logNumber || number == previousLogNumber;
    }

    private static final class Builder {
        private long logNumber;
        private long previousLogNumber;
        private final Map<Long, Long> tables = new TreeMap<>();

        void apply(CodedInputStream edit) throws IOException {
            while (!edit.isAtEnd()) {
                applyField(edit.readRawVarint32(), edit);
            }
        }

        private void applyField(int tag, CodedInputStream edit) throws IOException {
            switch (tag) {
                case 1 -> skipText(edit); // name of the order of keys
                case 2 -> logNumber = edit.readRawVarint64();
                case 3, 4 -> edit.readRawVarint64(); // next number of a file; last sequence number
                case 5 -> { // where the next compaction of a level begins
                    edit.readRawVarint32();
                    skipText(edit);
                }
                case 6 -> {
                    edit.readRawVarint32();
                    tables.remove(edit.readRawVarint64());
                }
                case 7 -> addTable(edit);
                case 9 -> previousLogNumber = edit.readRawVarint64();
                default -> throw new IOException("an edit of its manifest has the unknown tag " + tag);
            }
        }

        private void addTable(CodedInputStream edit) throws IOException {
            edit.readRawVarint32();
            tables.put(edit.readRawVarint64(), edit.readRawVarint64());
            skipText(edit); // smallest key
            skipText(edit); // greatest key
        }

        private static void skipText(CodedInputStream edit) throws IOException {
            edit.skipRawBytes(edit.readRawVarint32());
        }
    }
}
