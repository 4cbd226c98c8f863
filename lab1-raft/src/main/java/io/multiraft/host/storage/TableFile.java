// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A table of LevelDB: blocks, each with its checksum; an index block that says where they are; a footer that says where that
 * is. LevelDB checks a block only when it reads it.
 */
final class TableFile {
    private static final int FOOTER = 48;
    private static final int TRAILER = 5;
    private static final long MAGIC = 0xdb4775248b80fb57L;

    private final ByteBuffer bytes;

    private TableFile(byte[] content) {
        this.bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether all of the table fits its checksums. */
    static boolean isIntact(Path path) throws IOException {
        return isIntact(Files.readAllBytes(path));
    }

    /** Whether all of a table fits its checksums. */
    static boolean isIntact(byte[] content) {
        try {
            return content.length >= FOOTER && new TableFile(content).check();
        } catch (IOException | IndexOutOfBoundsException e) {
            return false; // it names places that are not in it
        }
    }

    private record Block(int offset, int size) {
        static Block read(CodedInputStream in) throws IOException {
            long offset = in.readRawVarint64();
            long size = in.readRawVarint64();
            if (offset < 0 || size < 0 || offset + size > Integer.MAX_VALUE - TRAILER) {
                throw new IOException("a block lies outside of its table");
            }
            return new Block((int) offset, (int) size);
        }
    }

    private boolean check() throws IOException {
        int footer = bytes.capacity() - FOOTER;
        if (bytes.getLong(bytes.capacity() - Long.BYTES) != MAGIC) {
            return false;
        }
        CodedInputStream in = CodedInputStream.newInstance(bytes.array(), footer, FOOTER);
        Block metaIndex = Block.read(in);
        Block index = Block.read(in);
        return isIntact(metaIndex) && isIntact(index) && checkIndexed(index);
    }

    private boolean isIntact(Block block) {
        int type = block.offset() + block.size();
        return bytes.getInt(type + 1) == Checksum.masked(bytes, block.offset(), block.size() + 1);
    }

    /** Goes through the entries of the index: shared and own length of the key, length of the value, key, value. */
    private boolean checkIndexed(Block index) throws IOException {
        int restarts = bytes.getInt(index.offset() + index.size() - Integer.BYTES);
        int length = index.size() - (restarts + 1) * Integer.BYTES;
        CodedInputStream entries = CodedInputStream.newInstance(bytes.array(), index.offset(), length);
        while (!entries.isAtEnd()) {
            entries.readRawVarint32();
            int keyLength = entries.readRawVarint32();
            int valueLength = entries.readRawVarint32();
            entries.skipRawBytes(keyLength);
            // LevelDB in Java writes more bytes than the place takes
            if (!isIntact(Block.read(CodedInputStream.newInstance(entries.readRawBytes(valueLength))))) {
                return false;
            }
        }
        return true;
    }
}
