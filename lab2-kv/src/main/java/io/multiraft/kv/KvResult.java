// SPDX-License-Identifier: Apache-2.0
package io.multiraft.kv;

import com.google.protobuf.ByteString;

/** What a client's command came to. */
public sealed interface KvResult {

    /** Put, Append or Delete was executed, once. */
    record Done() implements KvResult {}

    /** The value that Get found. */
    record Found(ByteString value) implements KvResult {}

    /** Get or Delete found no such key. */
    record NoSuchKey() implements KvResult {}

    /** Key or value is longer than {@code limitBytes}, or would be; nothing was executed. */
    record TooLarge(long limitBytes) implements KvResult {}

    /**
     * No usable answer in time: none came, or only such as say that another server leads, or that it took too long. The
     * command may or may not have been executed, or may be executed yet.
     *
     * @param reason what the client last saw, for people
     */
    record GaveUp(String reason) implements KvResult {}
}
