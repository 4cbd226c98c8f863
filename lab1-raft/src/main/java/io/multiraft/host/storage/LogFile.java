// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A log file of LevelDB (write-ahead log or manifest), read to tell an unfinished end from damage. LevelDB itself cannot:
 * with paranoid checks it refuses both, without them it passes over both.
 *
 * <p>A log is a sequence of blocks of 32 KiB, a block a sequence of fragments: checksum (4 bytes), length (2), type (1), the
 * fragment. A record is one fragment, or a first, middle and a last one. The file may be longer than what was written: the
 * rest is zeros.
 *
 * <p>As every record is synced before the next one is begun, a power failure can only leave the last record unfinished:
 * sectors of it are still zeros, or the file ends within it. Everything else that does not fit its checksum is damage: a
 * record behind which another one begins, and a last record that is there from end to end.
 */
final class LogFile {
    private static final int BLOCK = 32 << 10;
    private static final int HEADER = 7;
    private static final int SECTOR = 512;

    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int MIDDLE = 3;
    private static final int LAST = 4;

    /**
     * How the file ends.
     *
     * @param records all complete records in order
     * @param completeTo where the last of them ends, in bytes from the beginning
     * @param ending what is behind it
     */
    record Content(List<byte[]> records, int completeTo, Ending ending) {}

    /** What is behind the last complete record. */
    enum Ending {
        /** Nothing. */
        CLEAN,
        /** A record that was being written when the power failed. */
        UNFINISHED,
        /** A record that was complete and is not any more. */
        DAMAGED
    }

    private final ByteBuffer bytes;
    private final int size;
    private final List<byte[]> records = new ArrayList<>();
    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private boolean within;
    private int completeTo;

    private LogFile(byte[] content) {
        this.bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        this.size = content.length;
    }

    /** Reads and checks the whole file. */
    static Content read(Path path) throws IOException {
        return read(Files.readAllBytes(path));
    }

    /** Checks a whole file. */
    static Content read(byte[] content) {
        return new LogFile(content).read();
    }

    /** Cuts an unfinished record off. */
    static void cut(Path path, Content content) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(content.completeTo());
            file.force(true);
        }
    }

    /**
     * A record as it stands in a file from {@code at} on, which is where the one before it ends.
     *
     * @param at in bytes from the beginning of the file
     */
    static ByteBuffer encode(byte[] record, int at) {
        int fragments = record.length / (BLOCK - HEADER) + 2;
        ByteBuffer out =
                ByteBuffer.allocate(record.length + (fragments + 1) * HEADER).order(ByteOrder.LITTLE_ENDIAN);
        int from = 0;
        boolean first = true;
        do {
            out.position(skipTrailer(at + out.position()) - at);
            int left = BLOCK - (at + out.position()) % BLOCK - HEADER;
            int to = Math.min(from + left, record.length);
            encodeFragment(out, typeOf(first, to == record.length), record, from, to);
            first = false; // also if nothing of it fitted behind its header
            from = to;
        } while (from < record.length);
        return out.flip();
    }

    private static int typeOf(boolean first, boolean last) {
        if (first) {
            return last ? FULL : FIRST;
        }
        return last ? LAST : MIDDLE;
    }

    private static void encodeFragment(ByteBuffer out, int type, byte[] record, int from, int to) {
        int begin = out.position();
        out.position(begin + Integer.BYTES);
        out.putShort((short) (to - from)).put((byte) type).put(record, from, to - from);
        out.putInt(begin, Checksum.masked(out.duplicate().rewind(), begin + HEADER - 1, to - from + 1));
    }

    private Content read() {
        int at = 0;
        while (isFragment(at)) {
            take(at);
            at = behind(at);
        }
        return new Content(records, completeTo, ending(at));
    }

    private void take(int at) {
        int type = type(at);
        if (type == FULL || type == FIRST) {
            record.reset();
        }
        record.write(bytes.array(), at + HEADER, length(at));
        within = type != FULL && type != LAST;
        if (!within) {
            records.add(record.toByteArray());
            completeTo = at + HEADER + length(at);
        }
    }

    /** Whether an intact fragment that fits here begins at {@code at}. */
    private boolean isFragment(int at) {
        return isIntact(at) && isBegin(at) != within;
    }

    private boolean isIntact(int at) {
        return at + HEADER <= size
                && type(at) >= FULL
                && type(at) <= LAST
                && at % BLOCK + HEADER + length(at) <= BLOCK
                && at + HEADER + length(at) <= size
                && bytes.getInt(at) == Checksum.masked(bytes, at + HEADER - 1, length(at) + 1);
    }

    private boolean isBegin(int at) {
        return type(at) == FULL || type(at) == FIRST;
    }

    private int length(int at) {
        return bytes.getShort(at + 4) & 0xffff;
    }

    private int type(int at) {
        return bytes.get(at + 6);
    }

    /** Where the fragment behind the one at {@code at} begins: not where its header would not fit into the block. */
    private int behind(int at) {
        return skipTrailer(at + HEADER + length(at));
    }

    private static int skipTrailer(int at) {
        int left = BLOCK - at % BLOCK;
        return left < HEADER ? at + left : at;
    }

    private Ending ending(int at) {
        if (isZero(at, size)) {
            return within ? Ending.UNFINISHED : Ending.CLEAN;
        }
        return !anotherBeginsBehind(at) && isUnwritten(at) ? Ending.UNFINISHED : Ending.DAMAGED;
    }

    /** Whether a record begins behind {@code at}, where none can be read. */
    private boolean anotherBeginsBehind(int at) {
        // the length in a damaged header says nothing: in the same block a record may begin anywhere
        int block = nextBlock(at);
        for (int next = at + 1; next < block; next++) {
            if (isIntact(next) && isBegin(next)) {
                return true;
            }
        }
        return anotherBeginsIn(block);
    }

    private boolean anotherBeginsIn(int block) {
        int next = block;
        while (next + HEADER <= size) {
            if (!isIntact(next)) {
                next = nextBlock(next);
            } else if (isBegin(next)) {
                return true;
            } else {
                next = behind(next);
            }
        }
        return false;
    }

    private static int nextBlock(int at) {
        return (at / BLOCK + 1) * BLOCK;
    }

    /** Whether the file ends within the fragment at {@code at}, or a sector of it was never written. */
    private boolean isUnwritten(int at) {
        if (at + HEADER > size || (type(at) == 0 && length(at) == 0) || isHeaderHalfWritten(at)) {
            return true;
        }
        int end = at + HEADER + length(at);
        if (at % BLOCK + HEADER + length(at) > BLOCK) {
            return false;
        }
        for (int sector = (at / SECTOR + 1) * SECTOR; sector < Math.min(end, size); sector += SECTOR) {
            if (isZero(sector, Math.min(Math.min(sector + SECTOR, end), size))) {
                return true;
            }
        }
        return end > size;
    }

    /** Whether the header at {@code at} lies in two sectors of which one was never written. */
    private boolean isHeaderHalfWritten(int at) {
        int boundary = (at / SECTOR + 1) * SECTOR;
        return boundary < at + HEADER && (isZero(at, boundary) || isZero(boundary, at + HEADER));
    }

    private boolean isZero(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
