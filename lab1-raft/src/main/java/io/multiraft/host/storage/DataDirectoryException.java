// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.storage;

import java.nio.file.Path;

/** A data directory cannot be used. The message is one line for people; nothing in the directory was overwritten. */
public final class DataDirectoryException extends Exception {
    private static final long serialVersionUID = 1L;

    DataDirectoryException(Path directory, String problem) {
        super("data directory " + directory + " " + problem);
    }

    DataDirectoryException(Path directory, String problem, Throwable cause) {
        super("data directory " + directory + " " + problem, cause);
    }
}
