// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The checksum of LevelDB's files: CRC-32C, "masked" because stored checksums are themselves part of what is summed. */
final class Checksum {
    private static final int MASK_DELTA = 0xa282ead8;

    private Checksum() {}

    /** Of {@code length} bytes from {@code offset} on. */
    static int masked(ByteBuffer bytes, int offset, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.slice(offset, length));
        int crc = (int) sum.getValue();
        return Integer.rotateRight(crc, 15) + MASK_DELTA;
    }
}
