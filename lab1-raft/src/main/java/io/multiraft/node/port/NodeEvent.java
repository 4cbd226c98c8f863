// SPDX-License-Identifier: Apache-2.0
package io.multiraft.node.port;

import com.google.protobuf.ByteString;
import io.multiraft.node.Address;

/** What can happen to a node. */
public sealed interface NodeEvent {

    /** The event in a few words, without payloads; equal events have equal words. */
    String summary();

    /** The name that the event carries: of a method, a timer or a task; empty if it has none. */
    default String label() {
        return "";
    }

    /** The node boots. */
    record Start() implements NodeEvent {
        @Override
        public String summary() {
            return "start";
        }
    }

    /**
     * Another node calls.
     *
     * @param requestId chosen by the engine, unique in this incarnation; the answer carries it
     * @param method full name of the gRPC method
     */
    record Request(long requestId, Address from, String method, ByteString payload) implements NodeEvent {
        @Override
        public String summary() {
            return method + " from " + from;
        }

        @Override
        public String label() {
            return method;
        }
    }

    /** The answer to a {@link NodeEffect.Call} of this incarnation arrives. */
    record Reply(long callId, ByteString payload) implements NodeEvent {
        @Override
        public String summary() {
            return "reply to call " + callId;
        }
    }

    /** A timer has run out. */
    record TimerFired(String name) implements NodeEvent {
        @Override
        public String summary() {
            return "timer " + name;
        }

        @Override
        public String label() {
            return name;
        }
    }

    /** Work is submitted from the node's own process. */
    record Task(long taskId, String name, ByteString argument) implements NodeEvent {
        @Override
        public String summary() {
            return "task " + name;
        }

        @Override
        public String label() {
            return name;
        }
    }
}
