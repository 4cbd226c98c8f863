// SPDX-License-Identifier: Apache-2.0
package io.multiraft.service;

import com.google.protobuf.ByteString;

/**
 * A command as a client sends it.
 *
 * @param clientId any 64 bits, different for each client
 * @param sequence number of the command among those of this client, from 1; a retry keeps it. A client sends a command only
 *     when it has the answer to the one before, or does not want it any more. With 0 a command belongs to no session: it is
 *     executed as often as it is committed. Nobody sends smaller numbers.
 * @param command for the application
 */
public record ClientRequest(long clientId, long sequence, ByteString command) {}
