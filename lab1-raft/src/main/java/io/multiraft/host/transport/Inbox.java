// SPDX-License-Identifier: Apache-2.0
package io.multiraft.host.transport;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;

/** Where a node's transport puts what arrives. Called on the node's event loop. */
public interface Inbox {

    /** {@code from}, a node, has opened a stream to this one: it is there, and can call. */
    void contact(Address from);

    /**
     * Somebody calls.
     *
     * @param from the node that calls, or the far end of the connection if it is not one of ours
     * @param method full name of the gRPC method
     * @param answer how to answer
     * @param handled to be run when the node has handled the request: makes room for more from there
     */
    void request(Address from, String method, ByteString payload, Answer answer, Runnable handled);

    /**
     * A call that this node made is answered.
     *
     * @param callId as given to {@link Transport#call}
     * @param handled to be run when the node has handled the answer: makes room for more from there
     */
    void reply(long callId, ByteString payload, Runnable handled);

    /** A call to {@code peer} was dropped before it left. */
    void dropped(Address peer, String method, String reason);

    /** The answer to one request. */
    interface Answer {
        /** Answers; called once at most, on the event loop. Leaves with the next {@link Transport#flush}. */
        void send(ByteString payload);
    }
}
