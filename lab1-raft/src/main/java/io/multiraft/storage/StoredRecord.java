// SPDX-License-Identifier: Apache-2.0
package io.multiraft.storage;

import com.google.protobuf.ByteString;

/** One key of a keyspace with its value. */
public record StoredRecord(ByteString key, ByteString value) {}
