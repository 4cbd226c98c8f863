// SPDX-License-Identifier: Apache-2.0
package io.multiraft.kv;

/**
 * Limits of the key-value store, judged when a command is executed.
 *
 * @param maxKeyBytes of a key
 * @param maxValueBytes of a value, also of what an Append makes
 */
public record KvLimits(int maxKeyBytes, int maxValueBytes) {

    /** 4 KiB; 512 KiB. */
    public static final KvLimits DEFAULT = new KvLimits(4 << 10, 512 << 10);
}
