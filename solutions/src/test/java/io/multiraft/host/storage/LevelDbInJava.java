// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import java.nio.file.Path;
import org.iq80.leveldb.impl.Iq80DBFactory;

/** Opens storages with the LevelDB in Java, also where the native one loads. */
public final class LevelDbInJava {
    private LevelDbInJava() {}

    /** As {@link LevelDbStorage#open}. */
    public static LevelDbStorage open(Path path, NodeIdentity identity) throws DataDirectoryException {
        return LevelDbStorage.open(path, identity, notice -> {}, Iq80DBFactory.factory, CommitLog.SEGMENT_BYTES);
    }
}
